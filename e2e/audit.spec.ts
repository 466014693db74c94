/**
 * Audit: what is new, gone or allowed since a baseline; what appears while one watches; what leaves as files. The cluster
 * is simulated, and its own record says which link is new.
 */
import { readFileSync } from 'node:fs';
import { createSimulatedSource } from '../src/sources/simulated/simulated';
import { expect, test } from './fixtures';
import type { ShoalPage } from './page';

const START = Date.UTC(2026, 0, 31, 12);
const MINUTE = 60_000;

async function download(
  shoal: ShoalPage,
  button: string,
): Promise<{ name: string; path: string; text: string }> {
  const coming = shoal.page.waitForEvent('download');
  await shoal.page.getByRole('button', { name: button }).click();
  const file = await coming;
  const path = await file.path();
  return { name: file.suggestedFilename(), path, text: readFileSync(path, 'utf8') };
}

const names = (shoal: ShoalPage, table: string): Promise<string[]> =>
  shoal.page.locator(`[data-table="${table}"] [data-link-name]`).allInnerTexts();

async function openAudit(shoal: ShoalPage): Promise<void> {
  await shoal.page.getByRole('tab', { name: 'Audit' }).click();
  await shoal.idle();
}

test('a baseline is saved, the page reloaded, and exactly the one link that is new since then is told, once', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const options = { seed: 5, services: 20, scenario: 'new-link' as const, startMs: START };
  const source = createSimulatedSource(options);
  const [event] = source.truth.events;
  if (event === undefined) throw new Error('The scenario has no event.');
  hub.sample(source.sampleAt(event.fromMs - 5_000));
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  await openAudit(shoal);
  const saved = await download(shoal, 'Save baseline');
  expect(saved.name).toBe('shoal-baseline.json');
  await shoal.reload();
  await shoal.page.getByLabel('Baseline file').setInputFiles(saved.path);
  await expect(shoal.page.getByText('Every link is in the baseline')).toBeVisible();

  for (const afterMs of [1, 2, 3]) {
    hub.sample(source.sampleAt(event.fromMs + afterMs * MINUTE));
    await shoal.page.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
    const added = await names(shoal, 'baseline');
    const { from, to } = event.subject.link ?? {};
    expect(added).toHaveLength(1);
    expect(added[0]).toContain(from?.svc ?? from?.pod ?? '?');
    expect(added[0]).toContain(to?.svc ?? '?');
  }
  // What the reader compares with outlives a reload.
  await shoal.reload();
  expect(await names(shoal, 'baseline')).toHaveLength(1);
  await shoal.page.getByRole('button', { name: 'Forget it' }).click();
  await expect(shoal.page.getByText('none loaded')).toBeVisible();
});

test('a link out of the cluster that appears while one watches is told, with its time', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const source = createSimulatedSource({ seed: 5, services: 20, scenario: 'new-egress', startMs: START });
  const [event] = source.truth.events;
  if (event === undefined) throw new Error('The scenario has no event.');
  hub.sample(source.sampleAt(event.fromMs - 5_000));
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?panel=audit');
  expect(await names(shoal, 'appeared')).toEqual([]);
  for (const afterMs of [1, 2]) {
    hub.sample(source.sampleAt(event.fromMs + afterMs * MINUTE));
    await shoal.page.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
    const [appeared, ...others] = await names(shoal, 'appeared');
    expect(others).toEqual([]);
    expect(appeared).toContain(event.subject.link?.to.ip ?? '?');
    expect(appeared).toContain('egress, 12:0');
  }
});

test('the audit of the lab: what crosses, what leaves, as a file and as a policy', async ({ shoal, lab }) => {
  await shoal.open(lab, '?panel=audit');
  const egress = shoal.page.locator('[data-table="egress"] tbody tr');
  await expect(egress).toHaveCount(2);
  await expect(egress.first()).toContainText('203.0.113.10');
  const findings = await download(shoal, 'Findings as CSV');
  expect(findings.text.split('\r\n')[0]).toContain('finding,from,from_namespace');
  expect(findings.text).toContain('203.0.113.10');
  await shoal.page.getByLabel('Namespace for the policy').selectOption('data');
  const policy = await download(shoal, 'Suggest a NetworkPolicy');
  expect(policy.text).toContain('kind: NetworkPolicy');
  expect(policy.text.match(/^---$/gm)).toHaveLength(3);
  // A cell of the matrix opens its link.
  await shoal.page.getByRole('button', { name: /^shop → data/ }).click();
  await shoal.idle();
  expect((await shoal.view()).link).toBe('ns:shop>ns:data');
});

test('what a filtered answer cannot tell is not told: idle pods, and what a policy may refuse', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?panel=workloads');
  await expect(shoal.page.locator('[data-idle-pod]')).toHaveText([/default\/debug-shell/]);
  await shoal.filter('l4proto', 'udp');
  await expect(shoal.page.locator('[data-idle-pod]')).toHaveCount(0);
  await expect(shoal.page.getByText('may be busy all the same')).toBeVisible();
  await shoal.page.getByRole('tab', { name: 'Audit' }).click();
  await shoal.idle();
  const policy = await download(shoal, 'Suggest a NetworkPolicy');
  expect(policy.text).toMatch(/^# WARNING: the answer was filtered/);
});

test('a file that is no baseline says why, and loses nothing', async ({ shoal, lab }) => {
  await shoal.open(lab, '?panel=audit');
  const load = (name: string, text: string) =>
    shoal.page
      .getByLabel('Baseline file')
      .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await load('notes.json', 'not json');
  await expect(shoal.page.getByRole('alert')).toContainText('it is not JSON');
  await expect(shoal.page.locator('[data-table="egress"] tbody tr')).toHaveCount(2);
  expect((await shoal.picture()).links.length).toBeGreaterThan(0);
});

test('every panel works by keyboard and breaks no accessibility rule', async ({ shoal, lab }) => {
  await shoal.open(lab);
  await shoal.page.getByRole('tab', { name: 'Summary' }).focus();
  for (const panel of ['health', 'audit', 'workloads']) {
    await shoal.page.keyboard.press('ArrowRight');
    await shoal.idle();
    await expect(shoal.page.locator(`[data-panel="${panel}"]`)).toBeVisible();
    await expect(shoal.page.locator(`#tab-${panel}`)).toBeFocused();
    await shoal.axe(panel);
  }
  await shoal.page.keyboard.press('Home');
  await expect(shoal.page.locator('[data-panel="summary"]')).toBeVisible();
});
