/**
 * For tests only: what a capture amounts to, in lines short enough to read. `tcp 10.0.0.1 > 10.0.0.2:80 client 5/4 300/200
 * p50=900` says that the client sent 5 packets with 300 bytes, got 4 with 200, and timed its handshakes at 900 µs.
 */
import type { Flow, Stats } from '../../flows/flow';
import { type Captured as Frame, pcapFile, streamOf } from './frames';
import { type Captured, type CaptureOptions, readCaptures } from './pcap';
import { framesOf } from './trace';

/** Reads captures, each given as a trace, as frames or as the bytes of a file. */
export function read(
  captures: readonly (string | readonly Frame[] | Uint8Array)[],
  options: Partial<CaptureOptions> = {},
): Promise<Captured> {
  return readCaptures(
    captures.map((capture, i) => ({
      name: `capture ${i + 1}`,
      open: () => {
        if (capture instanceof Uint8Array) return streamOf(capture, 1000);
        return streamOf(pcapFile(typeof capture === 'string' ? framesOf(capture) : capture));
      },
    })),
    { join: true, ...options },
  );
}

const sideText = (name: string, stats: Stats | undefined): string => {
  if (stats === undefined) return '';
  const p50 = stats.p50Us === undefined ? '' : ` p50=${stats.p50Us}`;
  return ` ${name} ${stats.txPkts}/${stats.rxPkts} ${stats.txBytes}/${stats.rxBytes}${p50}`;
};

export const lineOf = ({ proto, client, server, clientStats, serverStats }: Flow): string =>
  `${proto} ${client.pod ?? client.ip} > ${server.pod ?? server.svc ?? server.ip}:${server.port}` +
  sideText('client', clientStats) +
  sideText('server', serverStats);

/** All flows at the end, a line each, in order. */
export function linesOf({ ledger }: Pick<Captured, 'ledger'>): string[] {
  return ledger.span === undefined ? [] : ledger.flowsAt(ledger.span.last).map(lineOf).sort();
}

export const lines = async (...input: Parameters<typeof read>): Promise<string[]> =>
  linesOf(await read(...input));
