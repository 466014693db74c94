/**
 * For tests only: traffic written as lines, one a packet, and captures made of them.
 * `0.5 10.0.0.1:40000 > 10.0.0.2:80 S 100` is a SYN with number 100 half a second after START; then come the number it
 * acknowledges and its bytes of payload. `0.5 10.0.0.1:40000 > 10.0.0.2:53 udp 30` is a datagram. `ttl=63` may follow.
 */
import { type Captured, concat, ethernet, ip, tcp, udp } from './frames';
import { ACK, FIN, RST, SYN, TCP, UDP } from './transport';

/** Seconds since 1970 at which every trace begins; a multiple of 5, so that a trace of 5 s is one sample. */
export const START = 1_800_000_000;

const FLAGS: Record<string, number> = { S: SYN, A: ACK, F: FIN, R: RST, P: 8 };
const LINE =
  /^([\d.]+) \[?([^\]>]+?)\]?:(\d+) > \[?([^\]>]+?)\]?:(\d+) ([SAFRP]+|udp)((?: \d+)*)(?: ttl=(\d+))?$/;

export interface Packet {
  at: number;
  from: string;
  to: string;
  /** IP and what is in it. */
  bytes: Uint8Array;
}

/** The packets of a trace; blank lines and those that begin with # are left out. Throws on a line it cannot read. */
function readTrace(text: string): Packet[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const match = LINE.exec(line);
    if (match === null) throw new Error(`not a packet: ${line}`);
    const [, at, from = '', fromPort, to = '', toPort, kind = '', rest = '', hopLimit = '64'] = match;
    const [first = 0, second = 0, third = 0] = rest.trim().split(' ').filter(Boolean).map(Number);
    const isUdp = kind === 'udp';
    let flags = 0;
    for (const letter of isUdp ? '' : kind) flags |= FLAGS[letter] ?? 0;
    const payload = new Uint8Array(isUdp ? first : third).fill(isUdp ? second : 0);
    const body = isUdp
      ? udp(Number(fromPort), Number(toPort), payload)
      : tcp(Number(fromPort), Number(toPort), flags, first, second, payload);
    return {
      at: START + Number(at),
      from,
      to,
      bytes: ip(from, to, isUdp ? UDP : TCP, body, { hopLimit: Number(hopLimit) }),
    };
  });
}

/** Frames of a trace; `wrap` puts what is around the IP packet, Ethernet unless told otherwise. */
export const framesOf = (
  text: string,
  wrap: (bytes: Uint8Array, packet: Packet) => Uint8Array = (bytes) => ethernet(bytes),
): Captured[] =>
  readTrace(text).map((packet) => ({ at: packet.at, frame: wrap(concat(packet.bytes), packet) }));
