import { expect, it } from 'vitest';
import type { Picture } from '../graph/marks';
import { frameFor } from './framing';

const NONE = { top: 0, right: 0, bottom: 0, left: 0 };
const peer = (id: string, x: number, y: number) => ({
  id,
  x,
  y,
  size: 20,
  textWidthPx: 30,
  fontPx: 11,
  kind: 'service',
});
const picture = (peers: object[], links: object[] = []) =>
  ({ peers, links, boxes: [] }) as unknown as Picture;
const link = (from: string, to: string, bend = 0) => ({ id: `${from}>${to}`, from, to, bend, widthPx: 2 });

const four = [peer('a', 0, 0), peer('b', 400, 0), peer('c', 0, 200), peer('d', 400, 200)];

it('has all marks and names in view, in the middle of what nothing lies over', () => {
  const camera = frameFor(picture(four), { width: 600, height: 500 }, { ...NONE, left: 100 }, 0.1);
  expect(camera?.zoom).toBe(1);
  expect((camera?.panX ?? 0) + 200).toBe(100 + 250);
  const small = frameFor(picture(four), { width: 200, height: 500 }, NONE, 0.1);
  expect(small?.zoom).toBeLessThan(0.5);
  for (const { x } of four) expect(x * (small?.zoom ?? 0) + (small?.panX ?? 0)).toBeGreaterThan(13);
});

it('moves for a line that bows out, and never for it makes names smaller', () => {
  const room = { width: 500, height: 300 };
  const bare = frameFor(picture(four), room, NONE, 0.1);
  const bowed = frameFor(picture(four, [link('a', 'b', -50), link('a', 'a')]), room, NONE, 0.1);
  expect(bowed?.zoom).toBe(bare?.zoom);
  expect(bowed?.panY ?? 0).not.toBe(bare?.panY);
  // There is no room to move in: then names come first.
  const tight = { width: 500, height: 230 };
  const far = link('a', 'b', -400);
  expect(frameFor(picture(four, [far]), tight, NONE, 0.1)).toEqual(frameFor(picture(four), tight, NONE, 0.1));
});

it('is nowhere without marks or room', () => {
  expect(frameFor(picture([]), { width: 500, height: 300 }, NONE, 0.1)).toBeUndefined();
  expect(frameFor(picture(four), { width: 20, height: 300 }, { ...NONE, left: 30 }, 0.1)).toBeUndefined();
});
