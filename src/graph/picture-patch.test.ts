import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes, Microseconds } from '../flows/units';
import type { Coverage } from './focus';
import type { Picture, PictureBox, PictureLink, PicturePeer, PicturePill } from './marks';
import { diffPictures, isEmpty } from './picture-diff';
import { applyPatch, makePatch } from './picture-patch';

const COVERAGE = { flows: 1 } as Coverage;
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const size = fc.integer({ min: 1, max: 3 });

const peer = fc
  .record({ id, x: size, y: size })
  .map((part) => ({ ...part, kind: 'pod', label: part.id, size: 24, folded: false }) as PicturePeer);
const link = fc
  .record({ id, bytes: fc.nat(5000), widthPx: size, flows: size, p99: fc.option(fc.nat(9)) })
  .map(
    ({ p99, ...part }) =>
      ({
        ...part,
        bytes: part.bytes as Bytes,
        ...(p99 === null ? {} : { worstP99Us: p99 as Microseconds }),
      }) as PictureLink,
  );
const box = fc.record({ id, w: size }).map((part) => part as PictureBox);
const pill = fc.record({ id, text: fc.constantFrom('1 s', '2 s') }).map((part) => part as PicturePill);
const unique = <T extends { id: string }>(mark: fc.Arbitrary<T>) =>
  fc.uniqueArray(mark, { selector: (one) => one.id, maxLength: 7 });
const picture: fc.Arbitrary<Picture> = fc
  .record({ boxes: unique(box), peers: unique(peer), links: unique(link), pills: unique(pill), zoom: size })
  .map((part) => ({ ...part, level: 'pod', coverage: COVERAGE }));

const byId = (drawn: Picture) =>
  Object.fromEntries(
    (['boxes', 'peers', 'links', 'pills'] as const).map((kind) => [
      kind,
      new Map<string, unknown>(drawn[kind].map((mark) => [mark.id, { ...mark }])),
    ]),
  );

describe('a picture in patches', () => {
  it('arrives as it was sent, figures included, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1, maxLength: 6 }), (sequence) => {
        let sender: Picture | undefined;
        let receiver: Picture | undefined;
        for (const next of sequence) {
          const patch = makePatch(sender, next);
          sender = applyPatch(sender, patch);
          receiver = applyPatch(receiver, structuredClone(patch));
          expect(byId(receiver)).toEqual(byId(next));
        }
      }),
    );
  });

  it('carries no mark when only figures changed, and keeps every object', () => {
    fc.assert(
      fc.property(picture, fc.nat(9000), (first, bytes) => {
        const before = applyPatch(undefined, makePatch(undefined, structuredClone(first)));
        const after = { ...first, links: first.links.map((one) => ({ ...one, bytes: bytes as Bytes })) };
        const patch = makePatch(first, after);
        expect(isEmpty(patch.marks)).toBe(true);
        const now = applyPatch(before, patch);
        expect(isEmpty(diffPictures(before, now))).toBe(true);
        now.links.forEach((one, index) => {
          expect(one).toBe(before.links[index]);
          expect(one.bytes).toBe(bytes);
        });
      }),
    );
  });
});
