import { describe, expect, it } from 'vitest';
import type { Picture, PictureBox, PictureLink, PicturePeer } from './marks';
import { cellAt, cellsBetween, layMatrix, nextLink } from './matrix';

const peer = (id: string) =>
  ({
    id,
    kind: 'pod',
    label: id,
    ...(id.includes('/') ? { namespace: id.split('/')[0] } : {}),
  }) as PicturePeer;
const link = (id: string) => ({ id, from: id.split('>')[0], to: id.split('>')[1] }) as PictureLink;
const picture = (peers: string[], links: string[]) =>
  ({
    level: 'pod',
    peers: peers.map(peer),
    links: links.map(link),
    boxes: [{ id: 'ns:a/', label: 'a', title: 'red' } as PictureBox],
  }) as Picture;

const ORDER = ['8.8.8.8', 'a/1', 'a/gone', 'a/2', 'b/1'];
const drawn = picture(
  ['b/1', 'a/2', 'a/1', '8.8.8.8', 'c/unknown'],
  ['a/1>b/1', 'a/1>a/1', 'a/1>8.8.8.8', 'b/1>a/2', 'a/2>c/unknown'],
);
const matrix = layMatrix(drawn, ORDER);

describe('a picture as a matrix', () => {
  it('has the drawn peers in their order, and leaves out whom the order does not know yet', () => {
    expect(matrix.peers.map(({ id }) => id)).toEqual(['8.8.8.8', 'a/1', 'a/2', 'b/1']);
    expect([...matrix.cells.keys()].sort()).toEqual(['a/1>8.8.8.8', 'a/1>a/1', 'a/1>b/1', 'b/1>a/2']);
  });

  it('has the client as row and the server as column', () => {
    expect(cellAt(matrix, { row: 1, column: 3 })?.link.id).toBe('a/1>b/1');
    expect(cellAt(matrix, { row: 3, column: 1 })).toBeUndefined();
    expect(cellAt(matrix, { row: 1 })).toBeUndefined();
    expect(cellsBetween(matrix, 1, 1, 3).map(({ column }) => column)).toEqual([1]);
    expect(cellsBetween(matrix, 1, 0, 4).map(({ column }) => column)).toEqual([0, 1, 3]);
    expect(cellsBetween(matrix, 99, 0, 4)).toEqual([]);
  });

  it('has a square for each namespace, with the colours of its box', () => {
    expect(matrix.boxes).toMatchObject([
      { id: 'ns:a/', label: 'a', from: 1, to: 3, title: 'red' },
      { id: 'ns:b/', label: 'b', from: 3, to: 4 },
    ]);
  });

  it('finds the next link along a row or a column, and ends at the end', () => {
    expect(nextLink(matrix, { row: 1, column: 1 }, 1, 0)).toEqual({ row: 1, column: 3 });
    expect(nextLink(matrix, { row: 1, column: 3 }, 1, 0)).toEqual({ row: 1, column: 3 });
    expect(nextLink(matrix, { row: 0, column: 2 }, 0, 1)).toEqual({ row: 3, column: 2 });
    expect(nextLink(matrix, { row: 2, column: 2 }, 0, -1)).toEqual({ row: 0, column: 2 });
  });
});
