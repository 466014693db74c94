/**
 * Makes room around frames: what is covered moves down, or right or down, whichever is less, and pushes on in turn.
 * Nothing moves left or up, nothing moves that is not covered, and so it ends.
 */
import type { PackedGroup } from './packing';

/** Between a frame and what it pushed away. */
const AIR_PX = 22;
/** A frame that still has this much air is not in the way. */
const LEAST_AIR_PX = 8;

/** Moves away what `by` covers, and what that covers; sideways too when asked. Mutates `frames`. */
export function push(frames: Map<string, PackedGroup>, by: string, sideways = false): void {
  const waiting = [by];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const over = frames.get(id);
    if (over === undefined) continue;
    for (const [other, frame] of frames) {
      if (other === id || !isCovered(frame, over)) continue;
      const right = over.x + over.w + AIR_PX - frame.x;
      const down = over.y + over.h + AIR_PX - frame.y;
      frames.set(
        other,
        sideways && right < down ? { ...frame, x: frame.x + right } : { ...frame, y: frame.y + down },
      );
      waiting.push(other);
    }
  }
}

const isCovered = (frame: PackedGroup, over: PackedGroup): boolean =>
  frame.x < over.x + over.w + LEAST_AIR_PX &&
  over.x < frame.x + frame.w &&
  frame.y < over.y + over.h + LEAST_AIR_PX &&
  over.y < frame.y + frame.h;
