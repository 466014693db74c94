/**
 * The page's build, and the API inside Vite's dev and preview servers. The server's own build is in scripts/build.mjs.
 */
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { type Connect, defineConfig, type Plugin, runnerImport } from 'vite';

// Loaded when a dev server starts, not with this file: a build needs nothing of the server.
const loadDev = async () =>
  (await runnerImport<typeof import('./src/server/dev')>('./src/server/dev.ts')).module;

// In dev everything else is Vite's own.
const API = /^\/((api\/)?mcp\/[^?]*|inventory|audit|healthz|readyz|openapi\.json)(\?|$)/;

/** `SHOAL_ARGS="--recording lab" npm run dev` talks to another source than the simulator. */
function shoalApi(): Plugin {
  const mount = (middlewares: Connect.Server, pageFolder?: string) => {
    const listener = loadDev().then((dev) => dev.createDevListener(process.env.SHOAL_ARGS ?? '', pageFolder));
    // Told when the first request comes; until then nobody has asked.
    listener.catch(() => undefined);
    middlewares.use((request, response, next) => {
      if (pageFolder === undefined && !API.test(request.url ?? '')) return next();
      listener.then((listen) => listen(request, response)).catch(next);
    });
  };
  return {
    name: 'shoal-api',
    configureServer: (server) => mount(server.middlewares),
    // The built page is served whole by our own handler, under its own policy.
    configurePreviewServer: (server) => mount(server.middlewares, server.config.build.outDir),
  };
}

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export default defineConfig({
  plugins: [react(), shoalApi()],
  // What a card says it was made by; the server reads the same file.
  define: { 'import.meta.env.SHOAL_VERSION': JSON.stringify(version) },
  // Relative links: the same build runs below any base path.
  base: './',
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    // The policy allows no data: URL but for pictures, and every browser of the target knows modulepreload.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
