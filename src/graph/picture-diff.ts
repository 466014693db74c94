/**
 * What must change on the engine to get from one picture to the next. Marks that are drawn the same are left out:
 * a redraw costs the same however small the change, so no change must mean no work.
 */
import type { Picture, PictureBox, PictureLink, PicturePeer, PicturePill } from './marks';

export interface MarkDiff<T> {
  added: T[];
  changed: T[];
  removed: string[];
}

export interface PictureDiff {
  boxes: MarkDiff<PictureBox>;
  peers: MarkDiff<PicturePeer>;
  links: MarkDiff<PictureLink>;
  pills: MarkDiff<PicturePill>;
}

export function diffPictures(before: Picture | undefined, after: Picture): PictureDiff {
  return {
    boxes: diffMarks(before?.boxes ?? [], after.boxes, sameFields),
    peers: diffMarks(before?.peers ?? [], after.peers, sameFields),
    links: diffMarks(before?.links ?? [], after.links, sameLink),
    pills: diffMarks(before?.pills ?? [], after.pills, sameFields),
  };
}

export function isEmpty(diff: PictureDiff): boolean {
  return [diff.boxes, diff.peers, diff.links, diff.pills].every(
    (part) => part.added.length + part.changed.length + part.removed.length === 0,
  );
}

function diffMarks<T extends { id: string }>(
  before: readonly T[],
  after: readonly T[],
  same: (a: T, b: T) => boolean,
): MarkDiff<T> {
  if (before === after) return { added: [], changed: [], removed: [] };
  const left = new Map(before.map((mark) => [mark.id, mark]));
  const diff: MarkDiff<T> = { added: [], changed: [], removed: [] };
  for (const mark of after) {
    const old = left.get(mark.id);
    if (old === undefined) diff.added.push(mark);
    else if (old !== mark && !same(old, mark)) diff.changed.push(mark);
    left.delete(mark.id);
  }
  diff.removed = [...left.keys()];
  return diff;
}

function sameFields<T extends object>(a: T, b: T): boolean {
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Bytes, flows and the exact p99 are facts of a link but not marks: only what is drawn counts. */
function sameLink(a: PictureLink, b: PictureLink): boolean {
  return (
    a.widthPx === b.widthPx &&
    a.colour === b.colour &&
    a.band === b.band &&
    a.bend === b.bend &&
    sameVia(a.via, b.via) &&
    a.unanswered === b.unanswered &&
    a.ghost === b.ghost &&
    a.change === b.change &&
    a.note === b.note &&
    a.opacity === b.opacity
  );
}

const sameVia = (a: PictureLink['via'], b: PictureLink['via']): boolean =>
  a === b || (a !== undefined && b !== undefined && a.every((value, index) => value === b[index]));
