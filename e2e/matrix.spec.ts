// The matrix is the same picture as the map: same peers, same links, same selection; read by row and column, by mouse,
// by keys and by a screen reader.
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';
import { linkOf, type PicturedLink, type Rect } from './page';

type InMatrix = PicturedLink & { cell: Rect };

const facts = (links: readonly PicturedLink[]) =>
  links.map(({ id, from, to, bytes, band, widthPx, flows, worstP99Us }) => ({
    ...{ id, from, to, bytes, band, widthPx, flows },
    ...(worstP99Us === undefined ? {} : { worstP99Us }),
  }));

const middle = ({ x, y, w, h }: Rect) => ({ x: x + w / 2, y: y + h / 2 });

const named = async (all: Locator) =>
  (await all.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label') ?? ''))).sort();

test('the matrix shows the links of the map, by row and column, with the same figures, filters and level', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const map = await shoal.picture();
  await shoal.show('Matrix');
  await shoal.idle();
  expect(shoal.search().get('view')).toBe('matrix');
  const matrix = await shoal.picture();
  expect(matrix.level).toBe(map.level);
  expect(facts(matrix.links)).toEqual(facts(map.links));
  expect(matrix.peers.map(({ id }) => id)).toEqual(map.peers.map(({ id }) => id));
  expect(matrix.coverage).toEqual(map.coverage);

  const grid = shoal.page.getByRole('grid', { name: /^Matrix at service level: 25 peers, 46 links/ });
  await expect(grid).toHaveAttribute('aria-rowcount', '26');
  await expect(grid).toHaveAttribute('aria-colcount', '26');
  expect(await grid.getByRole('rowheader').count()).toBe(25);
  // Row is client, column is server, and each link has its cell where the picture says, in its band's words.
  const label = new Map(matrix.peers.map((peer) => [peer.id, peer.label]));
  const cells = await grid.locator('[data-link]').evaluateAll((all) =>
    all.map((cell) => {
      const { x, y, width, height } = cell.getBoundingClientRect();
      const words = cell.getAttribute('aria-label')?.replace(/: .*/, '');
      return { id: cell.getAttribute('data-link') ?? '', words, cell: { x, y, w: width, h: height } };
    }),
  );
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
  expect(cells.sort(byId)).toEqual(
    (matrix.links as InMatrix[])
      .map(({ id, from, to, cell }) => ({ id, words: `${label.get(from)} → ${label.get(to)}`, cell }))
      .sort(byId),
  );
  const links = (await named(grid.getByRole('gridcell'))).filter((words) => !words.endsWith(': no link'));
  expect(links).toHaveLength(46);
  expect(links.filter((words) => /no recent handshake|no answer/.test(words))).toHaveLength(
    map.links.filter(({ band }) => band === 'unmeasured').length,
  );
  // A namespace's square holds the cells where its peers meet themselves, and no others.
  for (const { label: namespace, box } of matrix.boxes) {
    const inside = matrix.peers.filter(({ box: own }) => {
      const at = middle(own);
      return at.x > box.x && at.x < box.x + box.w && at.y > box.y && at.y < box.y + box.h;
    });
    expect(inside.every((peer) => peer.namespace === namespace)).toBe(true);
    expect(inside).toHaveLength(matrix.peers.filter((peer) => peer.namespace === namespace).length);
  }
  await shoal.axe('the matrix');

  await shoal.filter('ns', 'shop');
  const filtered = await shoal.picture();
  await expect(shoal.page.getByRole('grid')).toHaveAccessibleName(
    new RegExp(`${filtered.peers.length} peers, ${filtered.links.length} links`),
  );
  expect(filtered.links.length).toBeLessThan(46);
  await shoal.show('Map');
  await shoal.idle();
  expect(facts((await shoal.picture()).links)).toEqual(facts(filtered.links));
});

test('a cell opens its link and a name its peer, both ways, with a tip and in both themes', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?view=matrix&level=service&theme=light');
  const before = await shoal.picture();
  const link = linkOf(before, 'frontend', 'catalog') as InMatrix;
  const at = middle(link.cell);
  const field = shoal.page.getByRole('main', { name: 'Matrix' });
  const shots = [await field.screenshot()];
  await shoal.page.mouse.move(at.x, at.y);
  await shoal.idle();
  await expect(field).toContainText('frontend in shop → catalog in shop');
  shots.push(await field.screenshot());
  await shoal.page.mouse.click(at.x, at.y);
  await shoal.idle();
  expect((await shoal.view()).link).toBe(link.id);
  await expect(shoal.panel.getByRole('tab', { name: 'Link' })).toBeVisible();
  const cell = shoal.page.locator(`[data-link="${link.id}"]`);
  await expect(cell).toHaveAttribute('aria-selected', 'true');
  await shoal.axe('the matrix with a link selected');
  await shoal.page.keyboard.press('Escape');
  await shoal.idle();
  await expect(cell).toHaveAttribute('aria-selected', 'false');

  // A name selects its peer, as a reader of the page would click it; the URL holds it.
  const head = shoal.page.getByRole('rowheader', { name: 'cart in shop' });
  await head.click();
  await shoal.idle();
  expect((await shoal.view()).peer).toBe('svc:shop/cart');
  await expect(head).toHaveAttribute('aria-selected', 'true');
  await head.dblclick();
  await shoal.idle();
  expect((await shoal.view()).focus).toBe('svc:shop/cart');
  expect((await shoal.picture()).peers.length).toBeLessThan(before.peers.length);
  await shoal.page.goBack();
  await shoal.page.getByRole('button', { name: /^Theme/ }).click();
  await shoal.idle();
  shots.push(await field.screenshot());
  // What is lit and in which theme is painted, not only told.
  expect(new Set(shots.map((shot) => shot.toString('base64'))).size).toBe(3);
});

test('keys go everywhere, to names and links, and choose', async ({ shoal, lab }) => {
  await shoal.open(lab, '?view=matrix&level=service');
  const grid = shoal.page.getByRole('grid');
  const at = (row: number, column: number) =>
    grid.locator(`[aria-rowindex="${row}"] > [aria-colindex="${column}"]`);
  await at(2, 2).focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await shoal.page.keyboard.press(key);
  };
  await press('Control+End');
  await expect(at(26, 26)).toBeFocused();
  await press('Home');
  await expect(at(26, 2)).toBeFocused();
  await press('ArrowLeft');
  await expect(at(26, 1)).toBeFocused();
  await press('Control+Home', 'ArrowDown', 'ArrowRight', 'ArrowRight');
  await expect(at(3, 4)).toBeFocused();
  await expect(at(3, 4)).toHaveAccessibleName(/→/);
  await press('End');
  await expect(at(3, 26)).toBeFocused();
  // Whoever sees the canvas is told what is under the cursor, as under the mouse.
  const words = (await at(3, 26).getAttribute('aria-label'))?.replace(/.* → (.*): .*/, '$1');
  await expect(shoal.page.getByRole('main')).toContainText(`→ ${words}`);
  await press('Control+Home', 'ArrowUp', 'Enter');
  await expect(at(1, 2)).toBeFocused();
  await shoal.idle();
  expect((await shoal.view()).peer).toBe('ext:198.51.100.20');
  // To the one link of the first row, and into its details.
  await press('ArrowDown', 'Control+ArrowRight', 'Enter');
  await shoal.idle();
  const { link } = await shoal.view();
  expect(link).toMatch(/^ext:198\.51\.100\.20>/);
  await expect(grid.locator(':focus')).toHaveAttribute('data-link', link ?? '');
  await shoal.axe('the matrix with the keyboard in it');
});

test('hundreds of peers scroll, zoom and keep their order from poll to poll, with few elements', async ({
  shoal,
  startShoal,
}) => {
  const { url } = await startShoal('--simulate', '--services', '50');
  await shoal.open(url, '?view=matrix&level=pod&hide=none&limit=100000&every=off');
  const { peers, links } = await shoal.picture();
  expect(peers.length).toBeGreaterThan(150);
  const grid = shoal.page.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', String(peers.length + 1));
  const elements = () => grid.locator('[aria-colindex]').count();
  expect(await elements()).toBeLessThan(2000);
  const order = async () =>
    [...(await shoal.picture()).peers].sort((a, b) => a.box.y - b.box.y).map(({ id }) => id);
  const first = await order();

  // The heaviest link far down, found from outside: the matrix scrolls to it.
  const far = [...links].sort((a, b) => b.bytes - a.bytes).find(({ from }) => first.indexOf(from) > 100);
  await shoal.page.evaluate((id) => {
    const view = new URL(location.href);
    view.searchParams.set('link', id ?? '');
    history.pushState(null, '', view);
    dispatchEvent(new PopStateEvent('popstate'));
  }, far?.id);
  await shoal.idle();
  const cell = grid.locator(`[data-link="${far?.id}"]`);
  await expect(cell).toBeInViewport();
  await expect(cell).toHaveAttribute('aria-selected', 'true');

  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await shoal.idle();
  const stayed = (await order()).filter((id) => first.includes(id));
  expect(stayed).toEqual(first.filter((id) => stayed.includes(id)));
  expect(stayed.length).toBeGreaterThan(0.9 * first.length);

  const camera = shoal.page.getByRole('group', { name: 'Camera' });
  const sizeOf = async () => (await shoal.picture()).peers[0]?.box.w ?? 0;
  const opened = await sizeOf();
  await camera.getByRole('button', { name: 'Zoom in' }).click();
  await shoal.idle();
  expect(await sizeOf()).toBeGreaterThan(opened);
  await camera.getByRole('button', { name: 'Fit the matrix' }).click();
  await camera.getByRole('button', { name: 'Order anew' }).click();
  await shoal.idle();
  expect(await sizeOf()).toBeLessThan(opened);
  expect(await elements()).toBeLessThan(3000);
});
