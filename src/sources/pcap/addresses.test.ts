import { expect, test } from 'vitest';
import { createAddressBook } from './addresses';

function view(...words: number[]): DataView {
  const bytes = new DataView(new ArrayBuffer(16));
  for (const [i, word] of words.entries()) bytes.setUint32(i * 4, word);
  return bytes;
}

test('an address has one number and its shortest text', () => {
  const book = createAddressBook();
  const four = book.v4(0, 0x0a000001);
  expect(book.v4(0, 0x0a000001)).toBe(four);
  expect(book.textOf(four)).toBe('10.0.0.1');
  expect(book.textOf(book.v4(0, 0xffffffff))).toBe('255.255.255.255');
  const six = book.v6(0, view(0x20010db8, 0, 0, 1), 0);
  expect(book.v6(0, view(0x20010db8, 0, 0, 1), 0)).toBe(six);
  expect(book.textOf(six)).toBe('2001:db8::1');
  expect(book.v6(0, view(0, 0, 0xffff, 0x0a000001), 0)).toBe(four);
});

test('the same address in another network is another number with the same text', () => {
  const book = createAddressBook();
  const inside = book.network('vxlan 7');
  for (const read of [
    (network: number) => book.v4(network, 0x0a000001),
    (network: number) => book.v6(network, view(0xfd000000, 0, 0, 9), 0),
  ]) {
    const [plain, tunnelled] = [read(0), read(inside)] as const;
    expect(tunnelled).not.toBe(plain);
    expect(book.textOf(tunnelled)).toBe(book.textOf(plain));
    expect([book.networkOf(plain), book.networkOf(tunnelled)]).toEqual([0, inside]);
  }
});

test('thousands of addresses that share what they are remembered by keep apart', () => {
  const book = createAddressBook();
  const read = (i: number) => book.v6(i & 3, view(0xfd000000, i * 1024, 0, 0), 0);
  const first = Array.from({ length: 5000 }, (_, i) => read(i));
  expect(new Set(first).size).toBe(5000);
  expect(Array.from({ length: 5000 }, (_, i) => read(i))).toEqual(first);
});
