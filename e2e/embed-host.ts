/**
 * Serves the host page of the embedding tests on a port of its own: another port is another origin. Knows one file.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const PAGE = readFileSync(fileURLToPath(new URL('./embed-host.html', import.meta.url)));

export interface EmbedHost {
  /** As a browser spells it. */
  origin: string;
  /** The host page with this address in its frame. */
  pageWith(map: string, sandbox?: string): string;
  close(): Promise<void>;
}

export async function startEmbedHost(): Promise<EmbedHost> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    pageWith: (map, sandbox) =>
      `${origin}/?${new URLSearchParams({ map, ...(sandbox === undefined ? {} : { sandbox }) })}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
