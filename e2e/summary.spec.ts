// The summary says what Kubeshark reports, as reported, and beside it our own count of what is on the screen.
import { hasTruth, truthFile, WITHOUT_TRUTH } from './data';
import { expect, test } from './fixtures';

// Below this the panel has no room for all columns.
test.use({ viewport: { width: 1600, height: 900 } });

for (const recording of ['lab', 'flows.merged.full.json']) {
  test(`the summary of ${recording} is as reported, with our own figures beside it`, async ({
    shoal,
    startShoal,
  }) => {
    test.skip(recording !== 'lab' && !hasTruth, WITHOUT_TRUTH);
    const file = recording === 'lab' ? recording : truthFile(recording);
    const { url } = await startShoal('--recording', file, '--speed', '0');
    await shoal.open(url, '?level=service');

    const reported = shoal.section('Reported by Kubeshark');
    const figure = (name: string) =>
      reported.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd');
    await expect(figure('flows')).toHaveText('7351 TCP, 22 UDP');
    await expect(figure('clients')).toHaveText('19');
    await expect(figure('servers')).toHaveText('24');

    const talker = reported.getByRole('table').getByRole('row').nth(1);
    await expect(talker.getByRole('button')).toHaveText(
      /^ingress-nginx-controller-\S+-9qtlf→frontend-\S+-2xkqp$/,
    );
    await expect(talker.getByRole('cell').nth(1)).toContainText('6,471,638 B');
    await reported.getByRole('button', { name: 'packets' }).click();
    await expect(talker.getByRole('cell').nth(1)).toHaveText('12,840');

    const cross = shoal.section('Cross-namespace');
    await expect(cross).toContainText('14 pairs');
    await expect(cross.getByRole('row')).toHaveCount(15);
    const first = cross.getByRole('row').nth(1).getByRole('cell');
    await expect(first.nth(0)).toHaveText('ingress-nginx→shop');
    await expect(first.nth(1)).toHaveText('2');
    await expect(first.nth(2)).toContainText('12,500,532 B');
    await expect(first.nth(3)).toContainText('6,250,266 B');

    await expect(shoal.section('Handshake p99 by flow')).toContainText('42 measured of 73');
    await shoal.axe('the summary');
  });
}

test('our figures are of what is on the screen: they follow the filters, and what is reported does not', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service&ns=shop');
  const onMap = shoal.panel.getByRole('tabpanel');
  const { coverage } = await shoal.picture();
  expect(coverage.flows).toBeLessThan(73);
  await expect(onMap.getByRole('definition').first()).toHaveText(new RegExp(`^${coverage.flows}\\d+ TCP`));
  await expect(shoal.section('Reported by Kubeshark').getByRole('definition').first()).toHaveText(
    '7351 TCP, 22 UDP',
  );
  const exact = `${coverage.drawnBytes.toLocaleString('en')} B`;
  await expect(onMap.getByRole('definition').nth(1)).toContainText(exact);
});

test('traffic by namespace names every namespace, and a click filters to it', async ({ shoal, lab }) => {
  await shoal.open(lab);
  const rows = shoal.section('By namespace').getByRole('row');
  await expect(rows).toHaveCount(8);
  await expect(rows.filter({ hasText: 'shop' }).getByRole('cell').nth(1)).toHaveText('56');
  await rows.filter({ hasText: 'data' }).getByRole('button').click();
  await shoal.idle();
  expect(shoal.asked()).toEqual({ ns: 'data', limit: '1000' });
  await expect(shoal.control('ns')).toHaveValue('data');
});

test('the spread of handshakes is drawn over a log axis, and told as a table to a screen reader', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab);
  const section = shoal.section('Handshake p99 by flow');
  await expect(section.getByRole('img', { name: /^42 of 73 flows measured/ })).toBeVisible();
  const cells = await section
    .getByRole('row')
    .evaluateAll((rows) => rows.slice(1).map((row) => Number(row.lastElementChild?.textContent)));
  expect(cells.reduce((sum, count) => sum + count, 0)).toBe(42);
});
