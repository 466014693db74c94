/**
 * For tests only: an HTTP server that answers as a Kubeshark hub would, or as badly as a test wants.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeHub {
  url: URL;
  /** What came in, oldest first. */
  requests: Pick<IncomingMessage, 'url' | 'method' | 'headers'>[];
  /** What it does from now on. */
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}

/** A listener that answers JSON. */
export const givesJson =
  (value: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };

/** A listener that answers a status, with a body as a proxy would send it. */
export const givesStatus =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end('<html>a page</html>');
  };

export async function createFakeHub(first: RequestListener): Promise<FakeHub> {
  let current = first;
  const requests: FakeHub['requests'] = [];
  const server: Server = createServer((request, response) => {
    requests.push({ url: request.url, method: request.method, headers: request.headers });
    current(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    requests,
    answer: (listener) => {
      current = listener;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
