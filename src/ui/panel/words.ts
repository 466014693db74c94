/** Sentences about handshakes, said the same everywhere: tip, details, tables. */
import type { Handshake } from '../../backstage/messages';
import { formatUs } from '../../flows/units';

/** Why there is no band, or which it is. */
export function bandWords(handshake: Handshake, unanswered: boolean): string {
  if (unanswered) return 'no answer: packets go out, none come back';
  if (handshake.band !== 'unmeasured') return handshake.band;
  if (handshake.tcp === 0) return 'UDP has no handshake';
  if (handshake.serverOnlyP99Us !== undefined) {
    return `no recent handshake from the client's side (server side only: p99 ${formatUs(handshake.serverOnlyP99Us)})`;
  }
  return 'no recent handshake: not measured, which does not mean fast';
}

/** `3.28 ms` or `24 µs..3.3 ms`; a dash when no p50 is known. */
export function p50Words({ p50LowUs, p50HighUs }: Handshake): string {
  return p50LowUs === p50HighUs ? formatUs(p50LowUs) : `${formatUs(p50LowUs)}..${formatUs(p50HighUs)}`;
}
