/**
 * The npm package as somebody gets it: packed, installed into an empty folder with no registry to ask, started by its
 * name, opened in a browser. Says how large it is.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVisitor } from './visitor';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'shoal-package-'));
const home = join(folder, 'empty');
const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** Page, server, snapshot and a recording; more than this is something that crept in. */
const LARGEST_BYTES = 2 * 2 ** 20;

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}
let packed: Packed;

// No cache of earlier installs, and a registry at a port where nothing listens.
const env = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  npm_config_cache: join(folder, 'cache'),
  npm_config_registry: 'http://127.0.0.1:9/',
};
const npm = (args: string[], cwd: string) => execFileSync('npm', args, { cwd, env, encoding: 'utf8' });

beforeAll(() => {
  const [first] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], root)) as Packed[];
  if (first === undefined) throw new Error('npm packed nothing.');
  packed = first;
  console.log(
    `package: ${(packed.size / 1e6).toFixed(2)} MB packed, ${(packed.unpackedSize / 1e6).toFixed(2)} MB unpacked, ${packed.files.length} files`,
  );
  mkdirSync(home);
  npm(['init', '--yes'], home);
  npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], home);
});

test('holds the program, its licence and its readme, and no sources', () => {
  const strangers = packed.files.filter(
    ({ path }) => !/^(dist\/\w+\/|package\.json$|LICENSE$|README\.md$)/.test(path),
  );
  expect(strangers.map(({ path }) => path)).toEqual([]);
  expect(packed.files.some(({ path }) => /\.(test\.|tsx?$|map$)/.test(path))).toBe(false);
  expect(packed.size).toBeLessThan(LARGEST_BYTES);
});

test('names what it bundles, on the page, in its worker and in the server, with the licences', () => {
  const listed = (path: string) =>
    readFileSync(join(home, 'node_modules/shoal/dist', path, 'licenses.md'), 'utf8');
  // Cytoscape is the page's, yaml only the worker's, hono the server's.
  expect(listed('page')).toMatch(/^## cytoscape - [\s\S]*^## yaml - /m);
  expect(listed('server')).toMatch(/^## hono - .*\(MIT\)/m);
});

test('needs no other package', () => {
  const manifest = JSON.parse(readFileSync(join(home, 'node_modules/shoal/package.json'), 'utf8')) as {
    peerDependencies?: Record<string, string>;
    peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  };
  for (const field of ['dependencies', 'optionalDependencies', 'bundledDependencies'])
    expect(manifest).not.toHaveProperty(field);
  // What one command can use where it is there is never installed with it.
  for (const peer of Object.keys(manifest.peerDependencies ?? {}))
    expect(manifest.peerDependenciesMeta?.[peer]).toEqual({ optional: true });
  expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['shoal']);
});

test('runs the map by its name', async () => {
  const child = spawn(
    join(home, 'node_modules/.bin/shoal'),
    ['--port', '0', '--recording', 'lab', '--speed', '0'],
    {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  cleanUps.push(() => child.kill());
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /^shoal: (http\S+) \(recording lab\)$/m.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`shoal ended with ${code}: ${said}`)));
  });
  const visitor = await createVisitor();
  cleanUps.push(visitor.destroy);
  const seen = await visitor.visit(url);
  expect([seen.complaints, seen.flows]).toEqual([[], 73]);
  expect(seen.links).toBeGreaterThan(10);
});
