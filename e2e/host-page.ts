/** A page of somebody else's that frames ours. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page on another origin, which frames `?frame=`. */
export async function startHost(): Promise<{ origin: string; close(): void }> {
  const server = createServer((request, response) => {
    const framed = new URL(request.url ?? '/', 'http://host').searchParams.get('frame') ?? '';
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>host</title><iframe src="${framed}" width="1000" height="700"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Another name is another origin, and resolves to the same machine.
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}
