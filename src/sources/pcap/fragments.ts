/**
 * Which conversation the fragments of a datagram belong to: only the first holds the ports. Parts that come before
 * it wait as counts. Nothing is put together again, so there is nothing to overlap and little to remember.
 */
import type { IpPacket } from './ip';
import { MOST_DATAGRAMS } from './limits';

/** Fragments of a datagram that came before its first one. */
interface Waiting {
  packets: number;
  bytes: number;
}

export interface Ports {
  sourcePort: number;
  targetPort: number;
}

/** What the first fragment turned out to be: of a conversation, or of a tunnel or protocol that is not counted. */
type Known = Ports | 'uncounted';

type Datagram = { known: Known } | { waiting: Waiting };

export interface Fragments {
  /** Says what a first fragment is; gives the counts of parts that came before it. */
  first(packet: IpPacket, known: Known): Waiting | undefined;
  /** The ports of a later fragment, or undefined: then it waits, or is none of a conversation. */
  later(packet: IpPacket): Ports | undefined;
  /** Fragments whose first part never came. */
  orphans(): number;
}

export function createFragments(): Fragments {
  // In the order of their first part, so that the oldest can go.
  const datagrams = new Map<string, Datagram>();
  let orphans = 0;

  const keyOf = ({ source, target, protocol, fragmentId }: IpPacket): string =>
    `${source},${target},${protocol},${fragmentId}`;

  function keep(key: string, datagram: Datagram): void {
    datagrams.delete(key);
    datagrams.set(key, datagram);
    if (datagrams.size <= MOST_DATAGRAMS) return;
    for (const [oldest, { waiting }] of datagrams as Map<string, { waiting?: Waiting }>) {
      orphans += waiting?.packets ?? 0;
      datagrams.delete(oldest);
      return;
    }
  }

  return {
    first(packet, known) {
      const key = keyOf(packet);
      const before = datagrams.get(key);
      // Numbers come round: a first part begins a new datagram, whatever had its number.
      keep(key, { known });
      return before !== undefined && 'waiting' in before && known !== 'uncounted'
        ? before.waiting
        : undefined;
    },
    later(packet) {
      const key = keyOf(packet);
      const datagram = datagrams.get(key);
      if (datagram === undefined) keep(key, { waiting: { packets: 1, bytes: packet.bytes } });
      else if ('known' in datagram) return datagram.known === 'uncounted' ? undefined : datagram.known;
      else {
        datagram.waiting.packets++;
        datagram.waiting.bytes += packet.bytes;
      }
      return undefined;
    },
    orphans: () => {
      let count = orphans;
      for (const datagram of datagrams.values()) if ('waiting' in datagram) count += datagram.waiting.packets;
      return count;
    },
  };
}
