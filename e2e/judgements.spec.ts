/**
 * The questions that ask for a verdict, and the verdict on top of the summary, against the simulator's truth record: an
 * incident is played poll by poll, and the sentence must name what truly happened. Counted answers: questions.spec.ts.
 */
import { writeFileSync } from 'node:fs';
import { formatClock } from '../src/flows/units';
import { takeBaseline } from '../src/insight/baseline';
import { writeBaseline } from '../src/insight/baseline-file';
import { QUESTIONS } from '../src/insight/questions/catalogue';
import { simulatedInventory } from '../src/sources/simulated/inventory';
import { createSimulatedSource, type ScenarioName } from '../src/sources/simulated/simulated';
import type { FakeHub } from './fake-hub';
import { expect, test } from './fixtures';
import type { ShoalPage } from './page';

const START = Date.UTC(2026, 0, 31, 12);
const POLL_MS = 10_000;
/**
 * Some 320 flows. With this seed the new link leads into a namespace called payments, and the slow pod is farther from
 * what it calls than its sisters are.
 */
const CLUSTER = { seed: 1, services: 15 };
/** The scenarios leave a minute of health before the first event. */
const EVENT_MS = START + 60_000;

/** A scripted cluster behind the hub: `play` polls it every ten seconds of its own time, as far as told. */
function stage(scenario: ScenarioName, hub: FakeHub, shoal: ShoalPage) {
  const source = createSimulatedSource({ ...CLUSTER, scenario, startMs: START });
  let atMs = EVENT_MS - 4 * POLL_MS;
  hub.sample(source.sampleAt(atMs));
  return {
    ...source,
    atMs: () => atMs,
    async play(untilMs: number) {
      while (atMs < untilMs) {
        atMs += POLL_MS;
        hub.sample(source.sampleAt(atMs));
        await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
        await shoal.idle();
      }
    },
    /** What the simulator did; the only event of a named scenario so far. */
    subject() {
      const [event] = source.truth.eventsUntil(EVENT_MS + 1);
      if (event === undefined) throw new Error(`Nothing happens in ${scenario}.`);
      return event.subject;
    },
  };
}

/** Two choices of the palette: the question, and what it is about where it is about something. */
async function ask({ page, idle }: ShoalPage, id: number, about?: string): Promise<void> {
  const words = QUESTIONS.find((one) => one.id === id)?.words.replace('{}', '…') ?? '?';
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: words }).click();
  if (about !== undefined) {
    const name = about.slice(about.indexOf('/') + 1);
    await page.getByRole('combobox', { name: 'What is it about?' }).fill(name);
    // The label ends where the note on its kind begins.
    await page
      .getByRole('option')
      .filter({ has: page.getByText(about, { exact: true }) })
      .click();
  }
  await expect(page.getByRole('dialog', { name: 'Ask' })).toBeHidden();
  await idle();
  await expect(page.locator(`[data-answer="${id}"]`)).toBeVisible();
}

const sentence = ({ page }: ShoalPage) => page.locator('[data-answer] h2');
const rows = ({ page }: ShoalPage) => page.locator('[data-answer] tbody tr');

const fullName = ({ ns, svc, ip }: { ns?: string; svc?: string; ip?: string } = {}): string =>
  ip ?? `${ns}/${svc}`;

test('an overloaded service: the verdict on top, “network or application?” and the cause of timeouts name it', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { play, subject } = stage('target-overload', hub, shoal);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  const verdict = shoal.page.locator('[data-panel="summary"] [data-verdict]');
  const name = fullName(subject().service);
  await play(EVENT_MS);
  await expect(verdict).toHaveAttribute('data-verdict', 'fine');
  await test.step('before: look at the application', async () => {
    await ask(shoal, 16, name);
    await expect(sentence(shoal)).toContainText(`The network of ${name} is fine`);
    await expect(sentence(shoal)).toContainText('look at the application');
    await shoal.page.keyboard.press('Escape');
  });
  await play(EVENT_MS + 40_000);
  const overloaded = new RegExp(`^${name}:\\d+ is overloaded: it loses SYNs`);
  await test.step('the verdict, and why', async () => {
    await shoal.page.getByRole('tab', { name: 'Summary' }).click();
    await expect(verdict).toHaveAttribute('data-verdict', 'target');
    await expect(verdict.locator('bdi')).toHaveText(overloaded);
    await verdict.getByRole('button', { name: 'why?' }).click();
    const findings = shoal.page.locator('[data-panel="health"] [data-finding]');
    await expect(findings).toHaveCount(1);
    await expect(findings.locator('h3')).toHaveText(overloaded);
  });
  await test.step('16: is it the network or the application?', async () => {
    await ask(shoal, 16, name);
    await expect(sentence(shoal)).toHaveText(overloaded);
  });
  await test.step('18: what causes the timeouts?', async () => {
    await ask(shoal, 18, name);
    await expect(sentence(shoal)).toHaveText(overloaded);
  });
});

test('a quiet cluster: whoever is slow, it is the application, and no path was congested', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { play, truth } = stage('quiet', hub, shoal);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  await play(EVENT_MS);
  const name = fullName(truth.calls[0]?.to);
  for (const id of [16, 18]) {
    await ask(shoal, id, name);
    await expect(sentence(shoal)).toHaveText(
      new RegExp(`^The network of ${name} is fine in \\d+ measured flows: .*look at the application\\.$`),
    );
  }
  await ask(shoal, 19);
  await expect(sentence(shoal)).toHaveText(/^No path was congested in 12:00:20–12:01:00 UTC/);
});

test('SYNs into a black hole: timeouts are failures, not slowness', async ({ shoal, hub, startShoal }) => {
  const { play, subject } = stage('black-hole', hub, shoal);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  await play(EVENT_MS + 30_000);
  const { link, flows = [] } = subject();
  await ask(shoal, 18, fullName(link?.to));
  await expect(sentence(shoal)).toHaveText(
    new RegExp(`^SYNs from .* to ${fullName(link?.to)}:${flows[0]?.port} get no answer: not slow, dropped`),
  );
  const failing = shoal.page.locator('[data-answer] dt').filter({ hasText: 'Clients without an answer' });
  await expect(failing.locator('+ dd')).toHaveAttribute('data-value', String(flows.length));
});

test('a slow link between two zones: which path was congested, and when', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { play, subject, truth, atMs } = stage('zone-slow', hub, shoal);
  const file = test.info().outputPath('inventory.json');
  writeFileSync(file, JSON.stringify(simulatedInventory(truth, START)));
  const { url } = await startShoal('--hub', hub.url, '--inventory', file);
  await shoal.open(url);
  await play(EVENT_MS + 40_000);
  const [a, b] = subject().zones ?? [];
  const [from, to] = [formatClock(EVENT_MS + POLL_MS), formatClock(atMs())];
  await ask(shoal, 19);
  await expect(sentence(shoal)).toContainText(
    `The path between zones ${a} and ${b} was congested ${from}–${to} UTC`,
  );
  await expect(rows(shoal)).toHaveCount(1);
});

test('a bad node: the verdict names it, and paths that avoid it were not congested', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { play, subject } = stage('node-bad', hub, shoal);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  await play(EVENT_MS + 30_000);
  const { node = '?' } = subject();
  const verdict = shoal.page.locator('[data-panel="summary"] [data-verdict]');
  await expect(verdict).toHaveAttribute('data-verdict', 'node');
  await expect(verdict).toContainText(`Node ${node} is slow to everything`);
  await ask(shoal, 19);
  await expect(sentence(shoal)).toContainText(node);
  for (const path of await rows(shoal).allInnerTexts()) expect(path).toContain(node);
});

test('a slow pod: it is the pod, and not how far away it is from what its sisters call too', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { play, subject } = stage('source-slow', hub, shoal);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  // Its medians rise as well, so that a comparison of distances would have something to say.
  await play(EVENT_MS + 80_000);
  const { pod } = subject();
  const name = `${pod?.ns}/${pod?.pod}`;
  await ask(shoal, 20, name);
  await expect(sentence(shoal)).toContainText(`${name} takes `);
  await expect(sentence(shoal)).toContainText(`. ${name} is slow to everything it calls`);
  const clients = await rows(shoal).locator('td:nth-child(2)').allInnerTexts();
  expect(clients).toContain(name);
  expect(new Set(clients).size, 'sisters stand beside it').toBeGreaterThan(1);
});

test('a new link into payments: unexpected, and all that changed', async ({ shoal, hub, startShoal }) => {
  const { play, subject, sampleAt } = stage('new-link', hub, shoal);
  const file = test.info().outputPath('baseline.json');
  const baseline = takeBaseline(sampleAt(EVENT_MS).flows, new Date(EVENT_MS).toISOString(), 'simulated');
  writeFileSync(file, writeBaseline(baseline));
  const { url } = await startShoal('--hub', hub.url, '--baseline', file);
  await shoal.open(url);
  const { from, to } = subject().link ?? {};
  expect(to?.ns).toBe('payments');
  await test.step('6: before, nothing is unexpected', async () => {
    await ask(shoal, 6);
    await expect(sentence(shoal)).toHaveText(/^No: all \d+ connections into .*payments/);
  });
  await play(EVENT_MS + 30_000);
  await test.step('6: an answer follows the flows, and names the new link', async () => {
    await expect(sentence(shoal)).toHaveText(/^1 connection into .* is not in the baseline/);
    await expect(sentence(shoal)).toContainText(`from ${fullName(from)}.`);
    await expect(rows(shoal).first().locator('td').nth(2)).toHaveText(to?.svc ?? '?');
  });
  await test.step('24: what changed since before it', async () => {
    await ask(shoal, 24, new Date(EVENT_MS - POLL_MS).toISOString());
    await expect(rows(shoal)).toHaveCount(1);
    await expect(rows(shoal)).toContainText(fullName(from));
    await expect(rows(shoal)).toContainText(fullName(to));
    await expect(sentence(shoal)).toContainText('1 link new');
  });
});

test('a new address outside: exactly that link is what changed', async ({ shoal, hub, startShoal }) => {
  const { play, subject } = stage('new-egress', hub, shoal);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  await play(EVENT_MS + 30_000);
  const { from, to } = subject().link ?? {};
  await ask(shoal, 24, new Date(EVENT_MS - POLL_MS).toISOString());
  await expect(rows(shoal)).toHaveCount(1);
  await expect(rows(shoal)).toContainText(fullName(from));
  await expect(rows(shoal)).toContainText(fullName(to));
});

test('a question keeps how much the reader asked for', async ({ shoal, lab }) => {
  await shoal.open(lab, '?ns=shop&limit=500');
  await ask(shoal, 19);
  expect((await shoal.view()).query).toEqual({ limit: 500 });
});
