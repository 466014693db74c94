/**
 * What deploy/Containerfile does, done without a container engine: only what it copies is there when it builds, and only
 * what the last stage copies when it runs, as its user would run it. Layers and base images are the engine's own.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { version } from '../package.json';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'shoal-container-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [build = [], run = []] = readFileSync(join(root, 'deploy/Containerfile'), 'utf8')
  .split(/^FROM /m)
  .slice(1)
  .map((stage) => stage.split('\n'));
const wordsOf = (stage: string[], name: string): string[][] =>
  stage.filter((line) => line.startsWith(`${name} `)).map((line) => line.split(/\s+/).slice(1));
const listOf = (stage: string[], name: string): string[] => {
  const line = stage.find((text) => text.startsWith(`${name} [`)) ?? '';
  return JSON.parse(line.slice(name.length)) as string[];
};

test('the last stage is distroless, has no root, and nothing to be set up', () => {
  expect(run[0]).toMatch(/^gcr\.io\/distroless\/nodejs24-\w+:nonroot$/);
  expect(build[0]).toMatch(/^\S+\/node:24-/);
  expect(wordsOf(run, 'USER')).toEqual([['65532:65532']]);
  expect(wordsOf(run, 'RUN')).toEqual([]);
});

test('what it copies is enough to build and to run', () => {
  const sources = join(folder, 'build');
  for (const words of wordsOf(build, 'COPY')) {
    const to = words.pop() ?? '.';
    for (const from of words) {
      expect(existsSync(join(root, from)), from).toBe(true);
      cpSync(join(root, from), join(sources, to, to === './' ? basename(from) : ''), { recursive: true });
    }
  }
  // In the place of npm ci, which the test of the packed program's lockfile stands for.
  expect(wordsOf(build, 'RUN')).toEqual([
    ['npm', 'ci', '--include=dev'],
    ['node', 'scripts/build.mjs'],
  ]);
  symlinkSync(join(root, 'node_modules'), join(sources, 'node_modules'));
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: sources, encoding: 'utf8' });
  expect(built.stderr).toContain('built in');
  expect(built.status).toBe(0);

  const image = join(folder, 'image');
  for (const [, from = '', to = ''] of wordsOf(run, 'COPY')) {
    cpSync(join(sources, from.replace('/shoal/', '')), join(image, to), { recursive: true });
  }
  expect(readdirSync(image).sort()).toEqual(['dist', 'package.json']);
  for (const entry of readdirSync(image, { recursive: true, encoding: 'utf8' })) {
    chmodSync(join(image, entry), 0o555);
  }
  const [node, program = ''] = listOf(run, 'ENTRYPOINT');
  expect(node).toBe('/nodejs/bin/node');
  const told = spawnSync(process.execPath, [program.replace('/shoal', image), '--version'], {
    cwd: image,
    encoding: 'utf8',
  });
  expect([told.status, told.stdout]).toEqual([0, `shoal ${version}\n`]);
  for (const entry of readdirSync(image, { recursive: true, encoding: 'utf8' })) {
    chmodSync(join(image, entry), 0o755);
  }
});
