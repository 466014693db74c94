/**
 * The page's build, and the API inside Vite's dev and preview servers. The server's own build is in scripts/build.mjs.
 */
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

const LICENCES = 'licenses.md';

/** Vite's list of licences leaves workers out: one plugin notes what they bundle, the other adds what is not listed yet. */
function workerLicences(): { noting: Plugin; adding: Plugin } {
  const folders = new Set<string>();
  return {
    noting: {
      name: 'shoal-licences-noting',
      generateBundle(_options, bundle) {
        for (const chunk of Object.values(bundle)) {
          for (const id of chunk.type === 'chunk' ? Object.keys(chunk.modules) : []) {
            const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/')) ?? [];
            if (folder !== undefined) folders.add(folder.replace(/^\0/, ''));
          }
        }
      },
    },
    adding: {
      name: 'shoal-licences-adding',
      apply: 'build',
      writeBundle({ dir = '' }) {
        const path = join(dir, LICENCES);
        const listed = readFileSync(path, 'utf8');
        for (const folder of folders) {
          const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
          const heading = `## ${name} - ${version} (${license})`;
          if (listed.includes(heading)) continue;
          const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
          const text =
            file === undefined ? 'Its package holds no text.\n' : readFileSync(join(folder, file), 'utf8');
          appendFileSync(path, `\n${heading}\n\n${text}`);
        }
      },
    },
  };
}
const licences = workerLicences();

export default defineConfig({
  plugins: [react(), shoalApi(), licences.adding],
  // What a card says it was made by; the server reads the same file.
  define: { 'import.meta.env.SHOAL_VERSION': JSON.stringify(version) },
  // Relative links: the same build runs below any base path.
  base: './',
  build: {
    outDir: 'dist/page',
    // What is bundled travels with its licences.
    license: { fileName: LICENCES },
    target: 'es2022',
    // The policy allows no data: URL but for pictures, and every browser of the target knows modulepreload.
    assetsInlineLimit: 0,
    // One file of styles, there from the start: a part whose code comes again must not come without its looks.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es', plugins: () => [licences.noting] },
});
