/**
 * Which conversations of one capture may be the same connection before and after NAT, as a capture at all interfaces of
 * a node sees them: those that begin with the same number, or from the same port, while both live. All others need not
 * be remembered one by one. Refuses to know whether they are (join.ts).
 */
import type { Conversation } from './conversation';
import { ACK, type Segment, SYN, TCP } from './transport';

export interface Twins {
  /** Takes a conversation that begins, with its first packet. */
  begin(conversation: Conversation, segment: Segment): void;
  /** Whether another one like it began while it lived; it is forgotten by that. */
  end(conversation: Conversation): boolean;
}

export function createTwins(): Twins {
  const living = new Map<string, Conversation>();
  const keys = new Map<Conversation, string>();
  const found = new Set<Conversation>();
  return {
    begin(conversation, segment) {
      const key = keyOf(segment);
      const other = living.get(key);
      if (other !== undefined) {
        found.add(other);
        found.add(conversation);
      }
      living.set(key, conversation);
      keys.set(conversation, key);
    },
    end(conversation) {
      const key = keys.get(conversation);
      keys.delete(conversation);
      if (key !== undefined && living.get(key) === conversation) living.delete(key);
      return found.delete(conversation);
    },
  };
}

/** What NAT leaves alone: the client's initial number, or, where none was seen, its address and port. */
function keyOf({
  protocol,
  flags,
  sequence,
  acknowledged,
  source,
  target,
  sourcePort,
  targetPort,
}: Segment): string {
  if (protocol === TCP && (flags & SYN) !== 0) {
    return `syn ${(flags & ACK) === 0 ? sequence : (acknowledged - 1) >>> 0}`;
  }
  // Clients have the higher port, nearly always.
  return sourcePort >= targetPort
    ? `${protocol} ${source} ${sourcePort}`
    : `${protocol} ${target} ${targetPort}`;
}
