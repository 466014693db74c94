/** A place of the matrix in words: for a tip, for a screen reader. Pure; knows what is said of a link in one line. */
import { formatBytes, formatCount, formatUs } from '../../flows/units';
import type { PictureLink, PicturePeer } from '../../graph/marks';

/** `cart in shop`, or the name alone where it has no namespace or is one. */
export const peerWords = ({ label, namespace }: PicturePeer): string =>
  namespace === undefined || namespace === label ? label : `${label} in ${namespace}`;

export const trafficWords = ({ bytes, flows }: PictureLink): string =>
  `${formatBytes(bytes)} in ${formatCount(flows)} ${flows === 1 ? 'flow' : 'flows'}`;

export function healthWords({ band, worstP99Us, unanswered }: PictureLink): string {
  if (unanswered) return 'no answer';
  if (band === 'unmeasured' || worstP99Us === undefined) return 'no recent handshake';
  return `${band}, worst p99 ${formatUs(worstP99Us)}`;
}

/** What a cell holds, with both ends. */
export const cellWords = (from: PicturePeer, to: PicturePeer, link: PictureLink | undefined): string =>
  link === undefined
    ? `${from.label} → ${to.label}: no link`
    : `${from.label} → ${to.label}: ${trafficWords(link)}, ${healthWords(link)}`;
