/** Words of answers: numbers with their nouns, lists that end, names with their place. */
import { BAND_GUIDE } from '../../flows/handshake';
import type { Identity } from '../../flows/identity';
import {
  type Bytes,
  type BytesPerSecond,
  formatBytes,
  formatBytesPerSecond,
  formatCount,
  formatPacketsPerSecond,
  formatShare,
  formatUs,
  type Microseconds,
  type PacketsPerSecond,
  UNKNOWN,
} from '../../flows/units';
import type { Group } from '../audit-group';
import type { AnswerCell, AnswerUnit } from './answer';

/** `1 flow`, `12 flows`, `3 addresses`. */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${formatCount(n)} ${n === 1 ? one : many}`;

/** As many names as one reads in a sentence; the table has them all. */
const MOST_NAMED = 4;

/** `a, b and c`; past four, `a, b, c, d and 7 more`. */
export function listing(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** `shop/cart`; an end without a namespace is its label alone. */
export const nameOf = (peer: Pick<Identity, 'kind' | 'label' | 'namespace'>): string => {
  if (peer.kind === 'host') return `host process on ${peer.label}`;
  return peer.namespace === undefined || peer.kind === 'namespace'
    ? peer.label
    : `${peer.namespace}/${peer.label}`;
};

export const bytesText = (value: number): string => formatBytes(value as Bytes);
export const usText = (value: number | undefined): string => formatUs(value as Microseconds | undefined);
export const shareText = formatShare;

/** The band's word, or why there is none. */
export const stateOf = ({ unanswered, band }: Pick<Group, 'unanswered' | 'band'>): string =>
  unanswered ? 'no answer' : band === 'unmeasured' ? 'not measured' : band;

/** `elevated (10–100 ms)`. */
export const bandWithRange = (band: 'excellent' | 'good' | 'elevated' | 'high'): string =>
  `${band} (${BAND_GUIDE[band].range})`;

/** A cell or figure as a reader sees it, always with its unit; what is not known is a dash. */
export function formatCell(value: AnswerCell, unit: AnswerUnit): string {
  if (value === null) return UNKNOWN;
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'bytes':
      return formatBytes(value as Bytes);
    case 'bytes/s':
      return formatBytesPerSecond(value as BytesPerSecond);
    case 'packets/s':
      return formatPacketsPerSecond(value as PacketsPerSecond);
    case 'us':
      return formatUs(value as Microseconds);
    case 'times':
      return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10}×`;
    case 'share':
      return formatShare(value, 1);
    case 'text':
      // A port: a name made of digits, never a quantity.
      return String(value);
    default:
      return formatCount(value);
  }
}
