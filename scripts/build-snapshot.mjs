/**
 * Builds dist/page/snapshot.txt: the whole page as one file, to which the page adds samples when somebody takes a
 * snapshot. One inline classic script that carries the worker, one style, and a policy that names both by their hashes:
 * it runs from file:// and as an attachment, and asks nobody for anything. Text, because alone it is no page to open.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

/** Where the samples go; share/snapshot.ts knows the same words. */
const DATA = '<script type="application/json" id="shoal-snapshot">null</script>';

/** `shared` is what every build of the page has: its root, logger and definitions. */
export async function buildSnapshot(shared) {
  const worker = await bundle(shared, 'src/backstage/backstage.worker.ts');
  const page = await bundle(shared, 'src/main.tsx', [react(), inlineWorker(worker.script)]);
  const layers = readFileSync(`${shared.root}public/layers.css`, 'utf8');
  const icon = readFileSync(`${shared.root}public/icon.svg`).toString('base64');
  const script = harmless(page.script);
  const style = `${layers}${page.style}`.replaceAll('</style', '<\\/style');
  // What is handed on travels with its licences, which the page's own build has gathered.
  const licenses = readFileSync(`${shared.root}dist/page/licenses.md`, 'utf8').replace(
    /<(?=\/?script|!--)/gi,
    '&lt;',
  );
  writeFileSync(`${shared.root}dist/page/snapshot.txt`, pageWith(script, style, icon, licenses));
}

/** One script without imports, and the styles of all its parts. */
async function bundle(shared, input, plugins = []) {
  const { output } = await build({
    ...shared,
    configFile: false,
    publicDir: false,
    plugins,
    build: {
      write: false,
      target: 'es2022',
      cssCodeSplit: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { input, output: { format: 'iife', codeSplitting: false } },
    },
  });
  const chunks = output.filter(({ type }) => type === 'chunk');
  if (chunks.length !== 1) throw new Error(`${input} became ${chunks.length} scripts, not one.`);
  const styles = output.filter(({ type, fileName }) => type === 'asset' && fileName.endsWith('.css'));
  return { script: chunks[0].code, style: styles.map(({ source }) => String(source)).join('') };
}

/** Where the page has the worker's address, the snapshot has its code. */
const inlineWorker = (code) => ({
  name: 'shoal-inline-worker',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('backstage.worker?worker&url') ? '\0inline-worker' : undefined),
  load: (id) =>
    id === '\0inline-worker'
      ? `export default URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: 'text/javascript' }));`
      : undefined,
});

/** Inside a script element these would end it, or begin another: in strings and patterns they can be said otherwise. */
const harmless = (script) => script.replace(/<(?=\/script|script)/gi, '\\x3c').replaceAll('<!--', '\\x3c!--');

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function pageWith(script, style, icon, licenses) {
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data: blob:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types shoal',
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <title>Shoal</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:image/svg+xml;base64,${icon}" />
    <meta id="__________cytoscape_stylesheet" />
    <style>${style}</style>
  </head>
  <body>
    <div id="root"></div>
    <noscript>Shoal draws its map with JavaScript, which is switched off in this browser.</noscript>
    ${DATA}
    <script>${script}</script>
    <script type="text/markdown" id="licenses">
${licenses}</script>
  </body>
</html>
`;
}
