// The timeline travels in parts: whatever came before, the page ends with what was meant, and of a poll only what is new.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTimelinePatch, makeTimelinePatch } from './timeline-patch';
import type { Timeline, TimePoint } from './times';

const pointAt = (atMs: number, rest: Partial<TimePoint> = {}): TimePoint => ({
  ...{ atMs, epoch: 'a', listed: true, marks: [], moreMarks: 0 },
  ...rest,
});
const timelineOf = (points: TimePoint[], of?: string): Timeline => ({
  ...{ points, isStored: true, isTooLarge: false },
  ...(of === undefined ? {} : { of }),
});
const hour = (from: number, to: number): TimePoint[] =>
  Array.from({ length: to - from }, (_, index) => pointAt((from + index) * 10_000));

describe('a patch of the timeline', () => {
  it('of one more poll holds one point, and the others stay the same objects', () => {
    const sent = timelineOf(hour(0, 360));
    const patch = makeTimelinePatch(sent, timelineOf(hour(1, 361)));
    expect(patch).toMatchObject({ gone: 1, added: [{ atMs: 3_600_000 }] });
    const { points } = applyTimelinePatch(sent, patch);
    expect(points.map(({ atMs }) => atMs)).toEqual(hour(1, 361).map(({ atMs }) => atMs));
    expect(points[0]).toBe(sent.points[1]);
  });

  it('is everything where the subject is another, or a sample says something else than it did', () => {
    const sent = timelineOf(hour(0, 3), 'svc:a/x');
    expect(makeTimelinePatch(sent, timelineOf(hour(0, 3), 'svc:a/y')).added).toHaveLength(3);
    const [first, ...others] = hour(0, 3);
    if (first === undefined) throw new Error('no point');
    const changed = timelineOf([{ ...first, gapBefore: 'gap' }, ...others], 'svc:a/x');
    expect(applyTimelinePatch(sent, makeTimelinePatch(sent, changed))).toEqual(changed);
  });

  it('always leads to what was meant', () => {
    const point = fc.record({ at: fc.integer({ min: 0, max: 6 }), rate: fc.constantFrom(undefined, 1, 2) });
    const timeline = fc
      .record({ points: fc.array(point, { maxLength: 8 }), of: fc.constantFrom(undefined, 'x', 'y') })
      .map(({ points, of }) =>
        timelineOf(
          points.map(({ at, rate }) =>
            pointAt(at, rate === undefined ? {} : { bytesPerS: rate as NonNullable<TimePoint['bytesPerS']> }),
          ),
          of,
        ),
      );
    fc.assert(
      fc.property(fc.option(timeline, { nil: undefined }), timeline, (sent, next) => {
        expect(applyTimelinePatch(sent, makeTimelinePatch(sent, next))).toEqual(next);
      }),
    );
  });
});
