/**
 * What a reader downloads before and for the map. Read from the build itself: a script and all it imports statically,
 * each file counted where it is needed first. Without a build there is nothing to measure, and that is an error.
 */
import { readdirSync, readFileSync } from 'node:fs';

const PAGE = 'dist/page';
const ASSETS = `${PAGE}/assets`;

/** A script and what it imports statically, transitively; names in the assets folder. */
function closure(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const code = readFileSync(`${ASSETS}/${name}`, 'utf8');
  // As the bundler writes them: `import{a}from"./x.js"`, `import"./x.js"`, `export*from"./x.js"`; never `import("./x.js")`.
  for (const [, other] of code.matchAll(/(?:\bimport|\bfrom)\s*["']\.\/([\w.-]+\.js)["']/g))
    closure(other, found);
  return found;
}

function only(prefix) {
  const names = readdirSync(ASSETS).filter((name) => name.startsWith(prefix) && name.endsWith('.js'));
  if (names.length !== 1) throw new Error(`${ASSETS} has ${names.length} scripts ${prefix}*.js, not one.`);
  return names[0];
}

const entry = /<script[^>]*src="\.\/assets\/([\w.-]+\.js)"/.exec(
  readFileSync(`${PAGE}/index.html`, 'utf8'),
)?.[1];
if (entry === undefined) throw new Error(`${PAGE}/index.html names no script.`);
const first = closure(entry);
const after = (name) => [...closure(name)].filter((file) => !first.has(file));
const files = (names) => [...names].map((name) => `${ASSETS}/${name}`);

// biome-ignore lint/style/noDefaultExport: size-limit reads the default export.
export default [
  { name: 'first load, before the map', path: files(first), limit: '130 kB', gzip: true },
  { name: 'the map', path: files(after(only('map-stage-'))), limit: '180 kB', gzip: true },
  { name: 'charts, when shown', path: files(after(only('handshake-chart-'))), limit: '115 kB', gzip: true },
  { name: 'the worker', path: files(closure(only('backstage.worker-'))), limit: '85 kB', gzip: true },
];
