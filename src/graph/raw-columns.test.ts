import { describe, expect, it } from 'vitest';
import { discoverColumns, type RawRow, rawSortValue, rawText, rawValue } from './raw-columns';

const rows = (json: string): RawRow[] => JSON.parse(json) as RawRow[];

describe('discovered columns', () => {
  it('are the union of the keys, in order of first appearance', () => {
    const found = discoverColumns(rows('[{"b":1,"a":"x"},{"c":null,"a":"longer"},{"b":2.5}]'));
    expect(found).toEqual([
      { key: 'b', numeric: true, width: 3 },
      { key: 'a', numeric: false, width: 6 },
      { key: 'c', numeric: false, width: 1 },
    ]);
  });

  it('take hostile keys as keys', () => {
    const hostile = rows(
      '[{"__proto__":{"x":1},"constructor":"c","toString":1,"":"empty","<img onerror>":2},{}]',
    );
    expect(discoverColumns(hostile).map((column) => column.key)).toEqual([
      '__proto__',
      'constructor',
      'toString',
      '',
      '<img onerror>',
    ]);
    const [full = {}, empty = {}] = hostile;
    expect(rawValue(full, '__proto__')).toEqual({ x: 1 });
    expect(rawValue(full, 'constructor')).toBe('c');
    for (const key of ['__proto__', 'constructor', 'toString']) expect(rawValue(empty, key)).toBeUndefined();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('a raw value', () => {
  it('is text, nested ones as compact JSON', () => {
    expect([{ a: [1, 'x'] }, [1], 'x', 1.5, false, null, undefined].map(rawText)).toEqual([
      '{"a":[1,"x"]}',
      '[1]',
      'x',
      '1.5',
      'false',
      '',
      '',
    ]);
  });

  it('sorts by number, else by text, else not at all', () => {
    expect([3, 'x', { a: 1 }, true, null, undefined].map(rawSortValue)).toEqual([
      3,
      'x',
      '{"a":1}',
      'true',
      undefined,
      undefined,
    ]);
  });
});
