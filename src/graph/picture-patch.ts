/**
 * A picture on its way from where it is made to where it is drawn: only marks that look different travel, and the
 * figures of all links as one block of numbers. Both ends keep marks in the same order by the same rule, pure.
 */
import type { Level } from '../flows/flow';
import type { Bytes, Microseconds } from '../flows/units';
import type { Coverage } from './focus';
import type { Picture, PictureLink } from './marks';
import { diffPictures, type MarkDiff, type PictureDiff } from './picture-diff';

export interface PicturePatch {
  level: Level;
  zoom: number;
  isCompared?: true;
  coverage: Coverage;
  marks: PictureDiff;
  /** Three numbers a link, in the order of the picture after the patch: bytes, worst p99 in µs or NaN, flows. */
  figures: Float64Array;
}

const FIGURES = 3;

/** The patch that leads from `before` to a picture equal to `after`, though perhaps in another order. */
export function makePatch(before: Picture | undefined, after: Picture): PicturePatch {
  const marks = diffPictures(before, after);
  const now = new Map(after.links.map((link) => [link.id, link]));
  const order = followOrder(before?.links ?? [], marks.links).map((link) => now.get(link.id) ?? link);
  const figures = new Float64Array(order.length * FIGURES);
  for (const [index, link] of order.entries()) {
    figures[index * FIGURES] = link.bytes;
    figures[index * FIGURES + 1] = link.worstP99Us ?? Number.NaN;
    figures[index * FIGURES + 2] = link.flows;
  }
  return {
    level: after.level,
    zoom: after.zoom,
    ...comparedOf(after),
    coverage: after.coverage,
    marks,
    figures,
  };
}

/**
 * The picture after a patch. Marks that look the same stay the same objects, so that who compares pictures can compare
 * by identity; figures of links are written into them, so the picture before is no longer to be read.
 */
export function applyPatch(before: Picture | undefined, patch: PicturePatch): Picture {
  const { marks, figures } = patch;
  const links = followOrder(before?.links ?? [], marks.links);
  for (const [index, link] of links.entries()) writeFigures(link, figures, index * FIGURES);
  return {
    level: patch.level,
    zoom: patch.zoom,
    ...comparedOf(patch),
    coverage: patch.coverage,
    boxes: followOrder(before?.boxes ?? [], marks.boxes),
    peers: followOrder(before?.peers ?? [], marks.peers),
    links,
    pills: followOrder(before?.pills ?? [], marks.pills),
  };
}

const comparedOf = ({ isCompared }: { isCompared?: true }): { isCompared?: true } =>
  isCompared === undefined ? {} : { isCompared };

function writeFigures(link: PictureLink, figures: Float64Array, at: number): void {
  link.bytes = (figures[at] ?? 0) as Bytes;
  const p99 = figures[at + 1] ?? Number.NaN;
  if (Number.isNaN(p99)) delete link.worstP99Us;
  else link.worstP99Us = p99 as Microseconds;
  link.flows = figures[at + 2] ?? 0;
}

/** Who stays keeps its place, changed ones in place of the old; newcomers come last. The same list when nothing changed. */
function followOrder<T extends { id: string }>(before: T[], diff: MarkDiff<T>): T[] {
  if (diff.removed.length + diff.changed.length + diff.added.length === 0) return before;
  const gone = new Set(diff.removed);
  const changed = new Map(diff.changed.map((mark) => [mark.id, mark]));
  const kept = gone.size === 0 ? before : before.filter((mark) => !gone.has(mark.id));
  return [...(changed.size === 0 ? kept : kept.map((mark) => changed.get(mark.id) ?? mark)), ...diff.added];
}
