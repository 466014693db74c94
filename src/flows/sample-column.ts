/**
 * One field of many rows as a typed array: the narrowest that holds every value exactly, with a short list of odd ones
 * beside it. Knows numbers as readCount gives them (finite, not negative) and absence; refuses to know what they mean.
 */

export interface Column {
  /** One slot a row. The topmost value of an integer type says "absent", the one below it "see odd"; NaN says absent. */
  slots: Uint8Array | Uint16Array | Uint32Array | Float64Array;
  /** A slot is the value times this: rates come in tenths. */
  scale: 1 | 10;
  /** Rows, ascending, whose value fits no slot. */
  odd?: { rows: Uint32Array; values: Float64Array };
}

/** Narrow to wide; a row is odd where its value is above the widest that the slots of a width can say. */
const WIDTHS = [Uint8Array, Uint16Array, Uint32Array] as const;
const ABSENT = [0xff, 0xffff, 0xffff_ffff] as const;
const ODD = [0xfe, 0xfffe, 0xffff_fffe] as const;
/** An odd value is 8 bytes, its row 4. */
const ODD_COST = 12;

/**
 * A column for these values, NaN for absent ones, or undefined where all are. Where it would equal `before`, that very
 * one is returned: two samples then share its memory. `values` is not kept, so one array can serve for many columns.
 */
export function packColumn(values: Float64Array, before?: Column): Column | undefined {
  const whole = planWidth(values, 1);
  if (whole.present === 0) return undefined;
  const tenths = whole.fractions === 0 ? whole : planWidth(values, 10);
  const plan = tenths.cost < whole.cost ? tenths : whole;
  const column =
    plan.cost < values.length * Float64Array.BYTES_PER_ELEMENT
      ? packNarrow(values, plan)
      : { slots: values.slice(), scale: 1 as const };
  return before !== undefined && isSameColumn(column, before) ? before : column;
}

/** The value at a row, exactly as it went in. */
export function valueAt(column: Column, row: number): number | undefined {
  const slot = column.slots[row];
  if (slot === undefined || Number.isNaN(slot)) return undefined;
  const { slots } = column;
  if (!(slots instanceof Float64Array)) {
    const width = widthOf(slots);
    if (slot === ABSENT[width]) return undefined;
    if (slot === ODD[width]) return oddAt(column, row);
  }
  // Division, not multiplication by 0.1: 3 / 10 is 0.3, 3 * 0.1 is not.
  return column.scale === 1 ? slot : slot / column.scale;
}

export function columnBytes({ slots, odd }: Column): number {
  return slots.byteLength + (odd === undefined ? 0 : odd.rows.byteLength + odd.values.byteLength);
}

const widthOf = (slots: Column['slots']): 0 | 1 | 2 =>
  slots.BYTES_PER_ELEMENT === 1 ? 0 : slots.BYTES_PER_ELEMENT === 2 ? 1 : 2;

/** What a value is in a slot of this scale, or infinity where it is none exactly. -0 is none: a slot has no sign. */
function slotOf(value: number, scale: 1 | 10): number {
  const slot = scale === 1 ? value : Math.round(value * scale);
  return Number.isInteger(slot) && slot / scale === value && (slot !== 0 || Object.is(value, 0))
    ? slot
    : Number.POSITIVE_INFINITY;
}

interface Plan {
  scale: 1 | 10;
  width: 0 | 1 | 2;
  /** Bytes for all rows. */
  cost: number;
  present: number;
  /** Values that are no whole number at this scale. */
  fractions: number;
}

/** The cheapest width at a scale. */
function planWidth(values: Float64Array, scale: 1 | 10): Plan {
  let [present, fractions, above0, above1, above2] = [0, 0, 0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    present++;
    const slot = slotOf(value, scale);
    if (slot < ODD[0]) continue;
    above0++;
    if (slot < ODD[1]) continue;
    above1++;
    if (slot < ODD[2]) continue;
    above2++;
    if (slot === Number.POSITIVE_INFINITY) fractions++;
  }
  const plan: Plan = { scale, width: 0, cost: values.length + above0 * ODD_COST, present, fractions };
  const costs = [plan.cost, values.length * 2 + above1 * ODD_COST, values.length * 4 + above2 * ODD_COST];
  for (const width of [1, 2] as const) {
    const cost = costs[width] ?? plan.cost;
    if (cost < plan.cost) Object.assign(plan, { width, cost });
  }
  return plan;
}

function packNarrow(values: Float64Array, { width, scale }: Plan): Column {
  const slots = new WIDTHS[width](values.length);
  const rows: number[] = [];
  const odds: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    const isAbsent = Number.isNaN(value);
    const slot = isAbsent ? ABSENT[width] : slotOf(value, scale);
    if (isAbsent || slot < ODD[width]) {
      slots[row] = slot;
      continue;
    }
    slots[row] = ODD[width];
    rows.push(row);
    odds.push(value);
  }
  if (rows.length === 0) return { slots, scale };
  return { slots, scale, odd: { rows: Uint32Array.from(rows), values: Float64Array.from(odds) } };
}

/** Odd rows ascend: found by halving. */
function oddAt({ odd }: Column, row: number): number | undefined {
  if (odd === undefined) return undefined;
  let low = 0;
  let high = odd.rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((odd.rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return odd.values[low];
}

function isSameColumn(a: Column, b: Column): boolean {
  return (
    a.scale === b.scale &&
    a.slots.BYTES_PER_ELEMENT === b.slots.BYTES_PER_ELEMENT &&
    isSameArray(a.slots, b.slots) &&
    isSameArray(a.odd?.rows, b.odd?.rows) &&
    isSameArray(a.odd?.values, b.odd?.values)
  );
}

type Numbers = ArrayLike<number> | undefined;

// Object.is, as NaN stands for absence and -0 is kept apart from 0.
function isSameArray(a: Numbers, b: Numbers): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
