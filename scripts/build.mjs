#!/usr/bin/env node
/**
 * Builds dist/: the page (dist/page) and the server (dist/server/shoal.js), one file that needs Node and nothing else.
 * All it says goes to stderr, so that `npm start` keeps stdout for the ready line.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, createLogger } from 'vite';
import { buildSnapshot } from './build-snapshot.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const startedAt = new Date();

const logger = createLogger('info');
const say = (text) => {
  process.stderr.write(`${text}\n`);
};
const customLogger = { ...logger, info: say, warn: say, error: say, warnOnce: say };

rmSync(`${root}dist`, { recursive: true, force: true });
mkdirSync(`${root}dist`);

await build({ root, configFile: `${root}vite.config.ts`, customLogger });

const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
// A classic script has no address of its own, and needs none: it asks for nothing.
const define = { 'import.meta.env.SHOAL_VERSION': JSON.stringify(version), 'import.meta.url': '""' };
await buildSnapshot({ root, customLogger, define, logLevel: 'warn' });

await build({
  root,
  configFile: false,
  customLogger,
  publicDir: false,
  // A browser is the reader's own, and so is what drives it.
  ssr: { noExternal: true, external: ['playwright-core'], target: 'node' },
  build: {
    ssr: 'src/server/main.ts',
    outDir: 'dist/server',
    license: { fileName: 'licenses.md' },
    target: 'node20',
    // Stack traces name real lines, and nobody downloads this.
    minify: false,
    rolldownOptions: {
      output: { entryFileNames: 'shoal.js', codeSplitting: false, banner: '#!/usr/bin/env node' },
    },
  },
});
chmodSync(`${root}dist/server/shoal.js`, 0o755);

// What changes while the build runs is newer than this mark, and start.mjs builds again.
writeFileSync(`${root}dist/built`, '');
utimesSync(`${root}dist/built`, startedAt, startedAt);
