/**
 * Addresses and the networks they live in, as small numbers: a packet costs a lookup, not a string. The same address
 * in two tunnels is two numbers with one text. Knows bytes of addresses; refuses to know whose they are.
 */
import { canonicalIp } from '../../flows/address';
import { LimitReached, MOST_ADDRESSES, MOST_NETWORKS } from './limits';

/** The network outside all tunnels. */
export const PLAIN_NETWORK = 0;

export interface AddressBook {
  /** The number of a network; `name` is whatever tells one tunnel from another. Throws LimitReached. */
  network(name: string): number;
  /** The number of an IPv4 address, given as an unsigned 32-bit number. Throws LimitReached. */
  v4(network: number, address: number): number;
  /** The number of the IPv6 address at `at`; `::ffff:a.b.c.d` is a.b.c.d. Throws LimitReached. */
  v6(network: number, view: DataView, at: number): number;
  /** The address in its shortest form. */
  textOf(id: number): string;
  networkOf(id: number): number;
}

const WORD = 2 ** 32;

/** IPv6 addresses that were looked up lately, by a few of their bits: building their key costs more than all the rest. */
const RECENT = 1024;

export function createAddressBook(): AddressBook {
  const networks = new Map<string, number>([['', PLAIN_NETWORK]]);
  const v4Ids = new Map<number, number>();
  const v6Ids = new Map<string, number>();
  // Five words for each recent address: its network and its own four.
  const recentWords = new Uint32Array(RECENT * 5);
  const recentIds = new Int32Array(RECENT).fill(-1);
  const texts: string[] = [];
  const networkIds: number[] = [];

  function add(network: number, text: string): number {
    if (texts.length >= MOST_ADDRESSES) {
      throw new LimitReached(`it holds more than ${MOST_ADDRESSES.toLocaleString('en')} addresses`);
    }
    texts.push(text);
    networkIds.push(network);
    return texts.length - 1;
  }

  function v4(network: number, address: number): number {
    const key = network * WORD + address;
    let id = v4Ids.get(key);
    if (id === undefined) {
      id = add(
        network,
        `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`,
      );
      v4Ids.set(key, id);
    }
    return id;
  }

  return {
    network(name) {
      let id = networks.get(name);
      if (id === undefined) {
        if (networks.size >= MOST_NETWORKS) {
          throw new LimitReached(`it holds more than ${MOST_NETWORKS.toLocaleString('en')} tunnels`);
        }
        id = networks.size;
        networks.set(name, id);
      }
      return id;
    },
    v4,
    v6(network, view, at) {
      const a = view.getUint32(at);
      const b = view.getUint32(at + 4);
      const c = view.getUint32(at + 8);
      const d = view.getUint32(at + 12);
      if (a === 0 && b === 0 && c === 0xffff) return v4(network, d);
      const slot = (Math.imul(c, 31) ^ Math.imul(b, 17) ^ d ^ network) & (RECENT - 1);
      const at5 = slot * 5;
      const recentId = recentIds[slot] ?? -1;
      const isRecent =
        recentId >= 0 &&
        recentWords[at5] === network &&
        recentWords[at5 + 1] === a &&
        recentWords[at5 + 2] === b &&
        recentWords[at5 + 3] === c &&
        recentWords[at5 + 4] === d;
      if (isRecent) return recentId;
      const key = `${network},${a},${b},${c},${d}`;
      let id = v6Ids.get(key);
      if (id === undefined) {
        const groups = [a, b, c, d].flatMap((word) => [
          (word >>> 16).toString(16),
          (word & 0xffff).toString(16),
        ]);
        id = add(network, canonicalIp(groups.join(':')));
        v6Ids.set(key, id);
      }
      recentWords.set([network, a, b, c, d], at5);
      recentIds[slot] = id;
      return id;
    },
    textOf: (id) => texts[id] ?? '',
    networkOf: (id) => networkIds[id] ?? PLAIN_NETWORK,
  };
}
