/**
 * Serves the page that frames ours in tests, on a port of its own. Knows one file.
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

/** Another port is another origin; under the name `localhost` it is another site as well, whose storage may be blocked. */
export async function startEmbedHost(name: '127.0.0.1' | 'localhost' = '127.0.0.1'): Promise<EmbedHost> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://${name}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    pageWith: (map, sandbox) =>
      `${origin}/?${new URLSearchParams({ map, ...(sandbox === undefined ? {} : { sandbox }) })}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
