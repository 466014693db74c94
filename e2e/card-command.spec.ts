// `shoal card` as it is run in a shell: the picture is drawn by a browser of its own, of the very answer it reports.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from './fixtures';
import { readPng } from './png';

const PROGRAM = fileURLToPath(new URL('../dist/server/shoal.js', import.meta.url));

const shoalCard = (args: string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'card', ...args], {
    encoding: 'utf8',
    env: { ...process.env, SHOAL_HUB_TOKEN: '', SHOAL_LICENSE_KEY: '', ...env },
  });
  return { status, stdout, stderr };
};

test('a running hub becomes a picture, and says the same as JSON', async ({ lab }, testInfo) => {
  const file = testInfo.outputPath('map.png');
  const query = ['--hub', lab, '--query', 'ns=shop&aggregate=service'];
  expect(shoalCard([...query, '-o', file, '--theme', 'dark'])).toEqual({ status: 0, stdout: '', stderr: '' });
  const png = readPng(readFileSync(file));
  expect([png.width, png.height]).toEqual([3200, 1800]);
  const inside = JSON.parse(png.texts.get('Shoal') ?? '');
  const { status, stdout } = shoalCard([...query, '--json']);
  expect(status).toBe(0);
  // When it was made is the one thing that two runs may tell differently.
  const { madeAt: _one, ageMs: _age, ...printed } = JSON.parse(stdout);
  const { madeAt: _other, ageMs: _otherAge, ...drawn } = inside;
  expect(drawn).toEqual(printed);
  expect(drawn.counts.flows).toBeGreaterThan(20);
  expect(drawn.link).toBeUndefined();

  // Nowhere to find one, not even Playwright's own.
  const nowhere = { PATH: '/nowhere', SHOAL_BROWSER: '', PLAYWRIGHT_BROWSERS_PATH: '/nowhere' };
  const without = shoalCard(['--hub', lab, '-o', file], nowhere);
  expect(without.status).toBe(2);
  expect(without.stderr).toContain('Install Chromium');
});
