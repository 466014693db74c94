/**
 * The socket under the app: opens it, bounds how long a client may take, closes it in good order.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Listening {
  /** `http://127.0.0.1:4180`, without a path. */
  origin: string;
  /** Takes no more requests, lets those underway end for a moment, and resolves when all sockets are closed. */
  close(): Promise<void>;
}

/** How long a client may take for what, in ms. */
interface Patience {
  headers: number;
  request: number;
  /** How often clients are looked at, so how much longer it may take. */
  look: number;
}

// A GET has a few hundred bytes: a client that takes longer to say it is holding sockets open on purpose.
const PATIENCE: Patience = { headers: 10_000, request: 15_000, look: 5000 };
// Longer than the page's default interval, so that a poll finds its connection still open.
const KEEP_ALIVE_MS = 65_000;
// Longer than a hub may take, and a reader that takes nothing for so long is gone.
const IDLE_MS = 120_000;
// A reader's last answer may end; a hub's last answer may take 30 s, and nobody waits for that at shutdown.
const GRACE_MS = 3000;

/** Rejects with the system's error when the address cannot be had. `patience` is another one for tests. */
export function listen(app: Hono, host: string, port: number, patience = PATIENCE): Promise<Listening> {
  const server = createServer(
    {
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: patience.look,
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  server.timeout = IDLE_MS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      resolve({ origin: `http://${name}:${address.port}`, close: () => close(server) });
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
