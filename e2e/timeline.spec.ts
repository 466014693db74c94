// The page can go back: every sample is shown as it was, the present goes on meanwhile, and nothing is made up across a
// loop of a recording.
import { expect, test } from './fixtures';

test('scrubbing shows exactly the picture of then, says that it is not live, and loses nothing of the present', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  const refresh = async (line: number) => {
    hub.line(line);
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
  };
  hub.line(0);
  await shoal.open(url, '?every=off&level=pod');
  const then = [await shoal.picture()];
  for (const line of [3, 6, 9, -1]) {
    await refresh(line);
    then.push(await shoal.picture());
  }
  const slider = shoal.page.getByRole('slider', { name: 'Moment that is shown' });
  await expect(slider).toHaveAttribute('aria-valuemax', '4');
  await slider.focus();
  const bytes = shoal.panel.getByRole('definition').filter({ hasText: 'counted once' });
  const shown = new Set<string>();
  for (const index of [3, 2, 1, 0]) {
    await slider.press('ArrowLeft');
    await shoal.idle();
    expect(await shoal.picture(), `sample ${index}`).toEqual(then[index]);
    await expect(slider).toHaveAttribute('aria-valuenow', String(index));
    shown.add(await bytes.innerText());
  }
  expect(shown.size, 'the panel follows').toBe(4);
  await expect(shoal.page.locator('[data-pulse]')).toHaveAttribute('data-pulse', 'past');
  const notice = shoal.notice('status', /^Not live: /);
  await expect(notice).toBeVisible();
  await shoal.axe('not live');

  // A poll comes meanwhile: the past stands, and the timeline has it.
  await refresh(9);
  expect(await shoal.picture()).toEqual(then[0]);
  await expect(slider).toHaveAttribute('aria-valuemax', '5');
  // A link to it leads to it, as long as somebody knows it.
  const at = new URL(shoal.page.url()).searchParams.get('at');
  expect(Date.parse(at ?? '')).toBeGreaterThan(0);
  await shoal.page.goBack();
  await shoal.idle();
  await expect(notice).toBeHidden();
  expect((await shoal.picture()).links).toEqual(then[3]?.links);
  await slider.press('Home');
  await shoal.idle();
  expect(await shoal.picture()).toEqual(then[0]);
  // The table is of then, too.
  await shoal.show('Table');
  await expect(shoal.page.getByText(`${then[0]?.coverage.flows} flows`, { exact: true })).toBeVisible();
  await shoal.show('Map');
  await shoal.page.getByRole('button', { name: 'Back to live' }).click();
  await shoal.idle();
  expect((await shoal.picture()).links).toEqual(then[3]?.links);
  expect(shoal.search().has('at')).toBe(false);

  // Keys that come faster than the map can follow go on from where the one before led.
  await slider.evaluate(async (element) => {
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) {
      element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      // As between two real keys: the page has taken the one, and no message of the worker has come.
      await Promise.resolve();
    }
  });
  await shoal.idle();
  expect(await shoal.picture()).toEqual(then[1]);
  await expect(slider).toHaveAttribute('aria-valuenow', '1');
});

test('dragging along the timeline and its tools do the same; a moment that is not kept is said', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  hub.line(0);
  await shoal.open(url, '?every=off&level=service&at=2020-01-01T00:00:00Z');
  await expect(shoal.notice('status', 'The moment asked for is not kept')).toBeVisible();
  await shoal.page.getByRole('button', { name: 'Back to live' }).click();
  for (const line of [4, -1]) {
    hub.line(line);
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
  }
  const now = await shoal.picture();
  await shoal.page.getByRole('button', { name: 'Earlier sample' }).click();
  await shoal.idle();
  const before = await shoal.picture();
  expect(before.coverage.bytes).toBeLessThan(now.coverage.bytes);
  const slider = shoal.page.getByRole('slider', { name: 'Moment that is shown' });
  const box = await slider.boundingBox();
  if (box === null) throw new Error('There is no timeline.');
  await shoal.page.mouse.move(box.x + 20, box.y + 30);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(box.x + box.width - 4, box.y + 30, { steps: 5 });
  await shoal.page.mouse.up();
  await shoal.idle();
  expect(await shoal.picture()).toEqual(now);

  const saved = shoal.page.waitForEvent('download');
  await shoal.page.getByRole('button', { name: 'Save as a recording' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^shoal-.*\.jsonl\.gz$/);
  const replay = await startShoal('--recording', await file.path(), '--speed', '0');
  await shoal.open(replay.url, '?every=off&level=service');
  expect((await shoal.picture()).links).toEqual(now.links);
});

test('a recording that loops: no rate and no mark crosses the loop', async ({ shoal, startShoal }) => {
  const { url } = await startShoal('--recording', 'lab', '--speed', '8');
  await shoal.open(url, '?every=off&level=service');
  const slider = shoal.page.getByRole('slider', { name: 'Moment that is shown' });
  const said: string[] = [];
  const loops = () =>
    said.flatMap((text, i) =>
      clock(text) < clock(said[i - 1] ?? text) ? [{ text, next: said[i + 1] }] : [],
    );
  const clock = (text: string) => /\d\d:\d\d:\d\d/.exec(text)?.[0] ?? '';
  const rates = () => said.filter((text) => !text.includes('rate not known'));
  // Until a loop, a sample after it and some rates were seen; the server's time is the real one.
  await expect
    .poll(
      async () => {
        await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
        await shoal.idle();
        const text = await slider.getAttribute('aria-valuetext');
        if (text !== null && clock(text) !== clock(said.at(-1) ?? '')) said.push(text);
        return loops().some(({ next }) => next !== undefined) && rates().length > 2;
      },
      { timeout: 30_000, intervals: [500] },
    )
    .toBe(true);
  for (const { text } of loops())
    expect(text).toMatch(/rate not known, (worst p99 \S+ \S+|nothing measured)$/);
  // What the lab sends in any second of its minute: a delta across the loop would be far beyond, or negative.
  for (const text of rates()) expect(text).toMatch(/rate [\d.]+ KiB\/s/);
});
