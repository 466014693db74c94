import { expect, it } from 'vitest';
import { panInto } from './attention';

const ROOM = { width: 400, height: 300 };
const MARGINS = { top: 10, right: 50, bottom: 50, left: 20 };
const camera = { zoom: 2, panX: 0, panY: 0 };

it.each([
  ['in sight', { x: 100, y: 60 }, { x: 0, y: 0 }],
  ['left of it', { x: -10, y: 60 }, { x: 40, y: 0 }],
  ['under the buttons at the right', { x: 190, y: 60 }, { x: -30, y: 0 }],
  ['below', { x: 100, y: 200 }, { x: 0, y: -150 }],
])('the camera goes just as far as it must for what is %s', (_, at, by) => {
  expect(panInto(at, camera, ROOM, MARGINS)).toEqual(by);
});

it('goes to the middle of what room there is where the margins leave none', () => {
  const tight = { top: 0, right: 90, bottom: 0, left: 90 };
  expect(panInto({ x: 0, y: 0 }, camera, { width: 100, height: 10 }, tight)).toEqual({ x: 50, y: 0 });
});
