/**
 * The figures drawn on links: on all in trouble, and on the heaviest measured ones, where there is room for them.
 * Knows the middle of a curve and what is already taken; refuses to cover a mark, a name or a title.
 */
import { formatBytes, formatBytesPerSecond, formatUs } from '../flows/units';
import type { MeasureText, Occupancy, Rect } from './layout/labels';
import type { PictureLink, PicturePeer, PicturePill } from './marks';

export const PILL_PX = 11;
/** So many figures that the eye still finds the map under them. */
const MOST_HEAVY = 8;
const MOST_TROUBLED = 40;
const WORST_GLYPH = '▲';
const FAILED_GLYPH = '✕';

/** Trouble first, then weight. Where the figure has no room a link in trouble keeps its glyph, the others nothing. */
export function composePills(
  links: readonly PictureLink[],
  peers: readonly PicturePeer[],
  zoom: number,
  measure: MeasureText,
  taken: Occupancy,
  isCompared: boolean,
): PicturePill[] {
  const at = new Map(peers.map((peer) => [peer.id, peer]));
  const byWeight = [...links].sort(heavierFirst);
  // Where moments are compared, changes are all there is to say; of what stopped there is nothing to say any more.
  const changed = byWeight.filter(({ change }) => change !== undefined);
  const standing = isCompared ? [] : byWeight.filter(({ ghost }) => ghost !== true);
  const trouble = isCompared ? changed : standing.filter((link) => link.unanswered || link.band === 'high');
  const heavy = standing.filter(
    (link) => !link.quiet && link.band !== 'high' && link.worstP99Us !== undefined,
  );
  const pills: PicturePill[] = [];
  for (const link of [...trouble.slice(0, MOST_TROUBLED), ...heavy.slice(0, MOST_HEAVY)]) {
    const from = at.get(link.from);
    const to = at.get(link.to);
    const middle = from === undefined || to === undefined ? undefined : middleOf(from, to, link);
    if (middle === undefined) continue;
    for (const text of wordings(link)) {
      const rect = pillRect(middle, zoom, measure(text, PILL_PX));
      if (middle.length * zoom < rect.w * 0.8 || !taken.isFree(rect)) continue;
      taken.add(`pill ${link.id}`, rect);
      const isTrouble = link.change === undefined && (link.unanswered || link.band === 'high');
      pills.push({ id: `pill ${link.id}`, x: middle.x, y: middle.y, text, trouble: isTrouble });
      break;
    }
  }
  return pills;
}

const heavierFirst = (a: PictureLink, b: PictureLink): number => b.bytes - a.bytes || (a.id < b.id ? -1 : 1);

/** From telling to short. */
function wordings(link: PictureLink): string[] {
  if (link.note !== undefined) return [link.note];
  if (link.unanswered) return [`${FAILED_GLYPH} no answer`, FAILED_GLYPH];
  if (link.band === 'high') return [`${WORST_GLYPH} ${formatUs(link.worstP99Us)}`, WORST_GLYPH];
  const amount =
    link.bytesPerS === undefined ? formatBytes(link.bytes) : formatBytesPerSecond(link.bytesPerS);
  return [`${amount} · ${formatUs(link.worstP99Us)}`];
}

/** The middle of a link's curve, map units; none for a loop. */
function middleOf(
  from: PicturePeer,
  to: PicturePeer,
  { bend, via }: PictureLink,
): { x: number; y: number; length: number } | undefined {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  if (length === 0) return undefined;
  if (via !== undefined) {
    const [x1, y1, x2, y2] = via;
    return { x: (from.x + 3 * (x1 + x2) + to.x) / 8, y: (from.y + 3 * (y1 + y2) + to.y) / 8, length };
  }
  return {
    x: (from.x + to.x) / 2 - (dy / length) * (bend / 2),
    y: (from.y + to.y) / 2 + (dx / length) * (bend / 2),
    length,
  };
}

function pillRect(middle: { x: number; y: number }, zoom: number, width: number): Rect {
  return { x: middle.x * zoom - width / 2 - 6, y: middle.y * zoom - 10, w: width + 12, h: 20 };
}
