/** Samples as figures, and figures against limits: medians with their spread, one line each. */

export function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const short = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1));

/** `12.3 ms (11.0..14.1)`. */
export function spread(samples, unit = 'ms') {
  return `${short(median(samples))} ${unit} (${short(Math.min(...samples))}..${short(Math.max(...samples))})`;
}

/** Collects what a row found; prints each line as it comes, because a whole bench takes minutes. */
export function createReport() {
  const decisions = [];
  return {
    title(text) {
      console.log(`\n${text}`);
    },
    note(name, text) {
      console.log(`      ${name.padEnd(34)} ${text}`);
    },
    /** A figure that must not be above `limit`. */
    decide(name, value, limit, unit, how = '') {
      const ok = value <= limit;
      decisions.push({ name, ok });
      const shown = unit === '×' ? value.toFixed(2) : short(value);
      console.log(
        `${ok ? ' pass' : ' FAIL'} ${name.padEnd(34)} ${shown} ${unit}, at most ${limit} ${unit}${how === '' ? '' : `: ${how}`}`,
      );
    },
    /** A thing that must be so. */
    must(name, ok, how) {
      decisions.push({ name, ok });
      console.log(`${ok ? ' pass' : ' FAIL'} ${name.padEnd(34)} ${how}`);
    },
    decisions,
  };
}
