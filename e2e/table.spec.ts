// The table lists the flows behind the map: sorted, picked from, taken away as a file.
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';

test('the table opens sorted by bytes, and a header sorts it the other way', async ({ shoal, lab }) => {
  await shoal.open(lab, '?view=table');
  await expect(shoal.table).toHaveAttribute('aria-rowcount', '74');
  const header = shoal.table.getByRole('columnheader', { name: 'bytes', exact: true });
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  const exact = async () => {
    const titles = await shoal.table
      .getByRole('row')
      .locator('td:nth-child(4) [title]')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title') ?? ''));
    return titles.map((title) => Number(title.replace(/[^\d]/g, '')));
  };
  const down = await exact();
  expect(down.length).toBeGreaterThan(5);
  expect(down).toEqual([...down].sort((a, b) => b - a));
  await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  await shoal.idle();
  const up = await exact();
  expect(up).toEqual([...up].sort((a, b) => a - b));
  expect(up[0]).toBeLessThan(down[0] ?? 0);
});

test('sorted by worst p99, flows that were not measured come last both ways', async ({ shoal, lab }) => {
  await shoal.open(lab, '?view=table');
  const header = shoal.table.getByRole('columnheader', { name: 'worst p99' });
  await header.getByRole('button').click();
  const first = shoal.table.getByRole('row').nth(1).locator('td').nth(5);
  await expect(first).toContainText('1.18 s');
  await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  await expect(first).toContainText('µs');
});

test('a row opens its link, by click and by keys', async ({ shoal, lab }) => {
  await shoal.open(lab, '?view=table&level=service');
  const row = shoal.table.getByRole('row').nth(1);
  await row.click();
  await shoal.idle();
  await expect(shoal.panel.getByRole('tab', { name: 'Link' })).toBeVisible();
  const first = (await shoal.view()).link;
  expect(first).toBeDefined();
  await expect(row).toHaveAttribute('aria-selected', 'true');
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await shoal.page.keyboard.press(key);
  await shoal.idle();
  expect((await shoal.view()).link).not.toBe(first);
  await shoal.axe('the table with a row picked');
  await shoal.page.keyboard.press('End');
  await expect(shoal.table.locator('[aria-rowindex="74"]')).toBeFocused();
});

test('the file holds every flow of the table with units in its header and nothing formatted', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const drawn = (await shoal.picture()).links.reduce((sum, link) => sum + link.bytes, 0);
  await shoal.show('Table');
  const downloading = shoal.page.waitForEvent('download');
  await shoal.page.getByRole('button', { name: 'Download CSV' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('shoal-flows.csv');
  const text = readFileSync(await download.path(), 'utf8').replace(/^\ufeff/, '');
  const lines = text.trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(74);
  const header = lines[0]?.split(',') ?? [];
  expect(header).toEqual(
    expect.arrayContaining(['proto', 'client_pod', 'server_port', 'bytes', 'p99_us', 'band']),
  );
  // No name of the lab holds a comma, so that columns can be read by their place.
  const column = (name: string) => lines.slice(1).map((line) => line.split(',')[header.indexOf(name)] ?? '');
  const bytes = column('bytes').reduce((sum, value) => sum + Number(value), 0);
  expect(bytes).toBe(drawn);
  expect(column('band').filter((band) => band === 'high')).toHaveLength(1);
  expect(column('p99_us').filter((value) => value !== '').length).toBe(42);
});

test('the table is what the map shows: filters and “only problems” narrow both', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service&problems=1');
  const { coverage } = await shoal.picture();
  expect(coverage.drawnFlows).toBeLessThan(73);
  await shoal.show('Table');
  await shoal.idle();
  await expect(shoal.table).toHaveAttribute('aria-rowcount', String(coverage.drawnFlows + 1));
});
