/**
 * The contract's questions, asked the way a reader asks them. What is countable is held to lab-answers.json, which an
 * independent script derives from the recording (scripts/lab-answers.mjs); judgements to the simulator's own truth.
 */
import { readFileSync } from 'node:fs';
import { QUESTIONS } from '../src/insight/questions/catalogue';
import { expect, test } from './fixtures';
import type { ShoalPage } from './page';

interface Expected {
  id: number;
  subject: Record<string, string | number>;
  figures: Record<string, string | number | null>;
  rows: (string | number | null)[][];
}

const file = new URL('./lab-answers.json', import.meta.url);
const { recording } = JSON.parse(readFileSync(file, 'utf8')) as { recording: Expected[] };

/** What one types to find a subject. */
function typed(subject: Expected['subject']): string {
  const { peer, namespace, port, milliseconds } = subject;
  if (typeof peer === 'string') return peer.replace(/^\w+:/, '');
  return String(milliseconds ?? port ?? namespace);
}

/** The option that is meant, where several are called like that. */
function option({ peer, namespace, port, milliseconds, zone }: Expected['subject']): RegExp {
  const plain = (text: unknown) => String(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (zone !== undefined) return new RegExp(`^${plain(namespace)} in ${plain(zone)}`);
  if (milliseconds !== undefined) return new RegExp(`^${plain(milliseconds)} ms`);
  if (port !== undefined) return new RegExp(`^${plain(port)}\\s*port`);
  if (namespace !== undefined) return new RegExp(`^${plain(namespace)}\\s*namespace`);
  return new RegExp(`^${plain(typed({ peer: peer ?? '' }))}`);
}

async function openPalette({ page }: ShoalPage): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Ask' })).toBeVisible();
}

/** Two choices: the question, and what it is about. */
async function ask(shoal: ShoalPage, id: number, subject: Expected['subject']): Promise<void> {
  const { page } = shoal;
  const question = QUESTIONS.find((one) => one.id === id);
  if (question === undefined) throw new Error(`There is no question ${id}.`);
  await openPalette(shoal);
  const words = question.words.replace('{}', '…');
  await page.getByRole('option', { name: words }).click();
  if (!question.takes.includes('none')) {
    await page.getByRole('combobox', { name: 'What is it about?' }).fill(typed(subject));
    await page
      .getByRole('option', { name: option(subject) })
      .first()
      .click();
  }
  await expect(page.getByRole('dialog', { name: 'Ask' })).toBeHidden();
  await shoal.idle();
  await expect(page.locator(`[data-answer="${id}"]`)).toBeVisible();
}

/** The answer as it stands in the panel: numbers whole, as they are behind what is formatted. */
const shown = ({ page }: ShoalPage) =>
  page.evaluate(() => {
    const value = (element: Element) => (element as HTMLElement).dataset.value ?? '';
    const answer = document.querySelector('[data-answer]');
    return {
      sentence: answer?.querySelector('h2')?.textContent ?? '',
      figures: Object.fromEntries(
        [...(answer?.querySelectorAll('dt') ?? [])].map((name) => [
          name.textContent ?? '',
          value(name.nextElementSibling ?? name),
        ]),
      ),
      rows: [...(answer?.querySelectorAll('tbody tr') ?? [])].map((row) => [...row.children].map(value)),
    };
  });

const asText = (cell: string | number | null): string => String(cell ?? '');

test.describe('on the lab recording', () => {
  const ids = [...new Set(recording.map((one) => one.id))];
  // Opening the page takes longer than asking: one page is asked several questions in a row, as a reader would.
  const IN_A_ROW = 6;
  for (let first = 0; first < ids.length; first += IN_A_ROW) {
    const asked = ids.slice(first, first + IN_A_ROW);
    test(`questions ${asked.join(', ')} are answered with the figures counted independently`, async ({
      shoal,
      lab,
    }) => {
      await shoal.open(lab);
      for (const id of asked)
        await test.step(`question ${id}: ${QUESTIONS.find((one) => one.id === id)?.words}`, async () => {
          for (const { subject, figures, rows } of recording.filter((one) => one.id === id)) {
            // A wider depth is a link's to ask; the palette asks for the usual one.
            if (subject.depth === undefined || subject.depth === 2) await ask(shoal, id, subject);
            else continue;
            const answer = await shown(shoal);
            const about = JSON.stringify(subject);
            expect(answer.sentence.length, about).toBeGreaterThan(10);
            for (const [name, value] of Object.entries(figures))
              expect(answer.figures[name], `${name}, ${about}`).toBe(asText(value));
            expect(answer.rows, about).toEqual(rows.map((row) => row.map(asText)));
          }
        });
    });
  }

  test('the link of an answer shows the same answer and the same map in a fresh browser', async ({
    shoal,
    lab,
    browser,
  }) => {
    await shoal.open(lab);
    await ask(shoal, 5, { peer: 'svc:data/minio' });
    const before = { answer: await shown(shoal), picture: await shoal.picture() };
    const context = await browser.newContext({ viewport: shoal.page.viewportSize() });
    const other = await context.newPage();
    await other.goto(shoal.page.url());
    await other.evaluate(() => window.shoal.whenIdle());
    await expect(other.locator('[data-answer="5"] h2')).toHaveText(before.answer.sentence);
    const picture = (await other.evaluate(() => window.shoal.picture())) as typeof before.picture;
    expect(picture.links).toEqual(before.picture.links);
    await context.close();
    // Asking was one step: one step back everything is as it was before.
    await shoal.page.goBack();
    await shoal.idle();
    expect([...shoal.search().keys()]).toEqual([]);
    await expect(shoal.page.locator('[data-panel="summary"]')).toBeVisible();
    await shoal.page.goForward();
    await shoal.idle();
    await expect(shoal.page.locator('[data-answer="5"] h2')).toHaveText(before.answer.sentence);
  });

  test('an answer can be taken along as Markdown, and selects on the map what its rows name', async ({
    shoal,
    lab,
    context,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await shoal.open(lab);
    await ask(shoal, 9, {});
    await shoal.page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await expect(shoal.page.getByText('Markdown copied')).toBeVisible();
    const text = await shoal.page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain('How much traffic is going to external IPs?');
    expect(text).toContain('| --- |');
    expect(text).toContain('203.0.113.10');
    await shoal.page.locator('[data-answer] tbody button').first().click();
    await shoal.idle();
    const { link, peer } = await shoal.view();
    expect(link ?? peer).toBeDefined();
  });

  test('a question that a URL cannot ask is not asked, and breaks nothing', async ({ shoal, lab }) => {
    await shoal.open(lab, '?ask=99');
    await expect(shoal.notice('status', 'ask must be the number of a question, 1 to 24')).toBeVisible();
    expect((await shoal.picture()).links.length).toBeGreaterThan(0);
    // A number where a name belongs.
    await shoal.open(lab, '?ask=1&about=peer%23%3D5');
    await expect(shoal.page.locator('[data-answer="1"] h2')).not.toBeEmpty();
    expect((await shoal.picture()).links.length).toBeGreaterThan(0);
  });

  test('the palette works by keyboard alone and breaks no accessibility rule', async ({ shoal, lab }) => {
    await shoal.open(lab);
    // Typed before it is there, as one does who knows the keys.
    await shoal.page.keyboard.press('Control+k');
    await shoal.page.keyboard.type('bandwidth');
    await expect(shoal.page.getByRole('combobox', { name: 'Ask a question' })).toHaveValue('bandwidth');
    await shoal.axe('palette');
    await shoal.page.keyboard.press('Enter');
    await shoal.idle();
    await expect(shoal.page.locator('[data-answer="7"]')).toBeVisible();
    await shoal.axe('answer');
    await shoal.page.keyboard.press('Escape');
    await expect(shoal.page.locator('[data-panel="summary"]')).toBeVisible();
  });
});
