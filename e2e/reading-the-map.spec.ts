// A reader opens the map of the lab capture, whose true numbers are known, and every mark says what the data says.
import { hasTruth, truthFile, WITHOUT_TRUTH } from './data';
import { expect, test } from './fixtures';
import { linkOf, type PicturedLink, peerOf } from './page';

const CAPTURES = [
  { name: 'flows.merged.full.json', links: 46, peers: 25, bytes: 21_306_312 },
  { name: 'flows.asseen.full.json', links: 47, peers: 25, bytes: 21_306_312 },
  { name: 'snapshots.merged.jsonl.gz', links: 46, peers: 25, bytes: 21_305_945 },
  { name: 'snapshots.asseen.jsonl.gz', links: 47, peers: 25, bytes: 21_305_945 },
];

for (const { name, links, peers, bytes } of CAPTURES) {
  test(`${name} is ${links} links among ${peers} peers at service level, of ${bytes} bytes`, async ({
    shoal,
    startShoal,
  }) => {
    test.skip(!hasTruth, WITHOUT_TRUTH);
    const { url } = await startShoal('--recording', truthFile(name), '--speed', '0');
    await shoal.open(url, '?level=service');
    const picture = await shoal.picture();
    expect(picture.level).toBe('service');
    expect([picture.links.length, picture.peers.length]).toEqual([links, peers]);
    const { coverage } = picture;
    expect(coverage.bytes).toBe(bytes);
    expect(coverage).toMatchObject({ truncated: false, rejected: 0, hiddenFlows: 0, drawnBytes: bytes });
    expect(coverage.drawnFlows + coverage.foldedFlows).toBe(coverage.flows);
  });
}

test('the shipped recording is 46 links among 25 peers at service level, of 21,305,945 bytes', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const picture = await shoal.picture();
  expect([picture.links.length, picture.peers.length]).toEqual([46, 25]);
  expect(picture.coverage).toMatchObject({ flows: 73, total: 73, bytes: 21_305_945, rejected: 0 });
});

const BANDS = [
  ['checkout', 'cart', 'excellent', 38],
  ['frontend', 'checkout', 'good', 6_400],
  ['cart', 'redis-master', 'elevated', 12_300],
  ['catalog', 'memcached', 'elevated', 46_000],
  ['payment', '203.0.113.10', 'high', 1_180_000],
] as const;

for (const recording of ['lab', 'flows.merged.full.json']) {
  test(`in ${recording} links are coloured by the band of their worst p99, and what was not measured is not excellent`, async ({
    shoal,
    startShoal,
  }) => {
    test.skip(recording !== 'lab' && !hasTruth, WITHOUT_TRUTH);
    const file = recording === 'lab' ? recording : truthFile(recording);
    const { url } = await startShoal('--recording', file, '--speed', '0');
    await shoal.open(url, '?level=service');
    const picture = await shoal.picture();
    const colours = new Map<string, Set<string>>();
    for (const link of picture.links) {
      const known = colours.get(link.band) ?? new Set();
      colours.set(link.band, known.add(link.colour));
    }
    // One colour a band, and five bands that differ.
    expect([...colours.values()].map((set) => set.size)).toEqual([1, 1, 1, 1, 1]);
    expect(new Set([...colours.values()].flatMap((set) => [...set])).size).toBe(5);

    for (const [from, to, band, p99Us] of BANDS) {
      const link = linkOf(picture, from, to);
      expect(link.band, `${from} → ${to}`).toBe(band);
      expect(Math.abs((link.worstP99Us ?? 0) / p99Us - 1), `${from} → ${to} p99`).toBeLessThan(0.02);
    }
    const dns = peerOf(picture, 'kube-dns').id;
    const toDns = picture.links.filter((link) => link.to === dns);
    expect(toDns.length).toBeGreaterThan(3);
    for (const link of toDns) {
      expect(link.band, link.id).toBe('unmeasured');
      expect(link.worstP99Us, link.id).toBeUndefined();
    }
  });
}

test('the band of a link follows the contract’s limits', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=pod');
  const { links } = await shoal.picture();
  const bandOf = ({ worstP99Us: p99 }: PicturedLink) =>
    p99 === undefined
      ? 'unmeasured'
      : p99 < 1000
        ? 'excellent'
        : p99 < 10_000
          ? 'good'
          : p99 < 100_000
            ? 'elevated'
            : 'high';
  expect(links.map(({ id, band }) => `${id} ${band}`)).toEqual(
    links.map((link) => `${link.id} ${bandOf(link)}`),
  );
  expect(new Set(links.map(({ band }) => band)).size).toBe(5);
});

test('widths are the bytes on the fixed scale, and what the engine draws is what the picture says', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const { links } = await shoal.picture();
  const byBytes = [...links].sort((a, b) => a.bytes - b.bytes);
  for (const [index, link] of byBytes.entries()) {
    expect(link.widthPx, `${link.id} is no thinner than what carries less`).toBeGreaterThanOrEqual(
      byBytes[index - 1]?.widthPx ?? 1,
    );
    // 1 KiB is 1 px and 1 GiB is 10 px, in quarter px.
    const exact = Math.max(1, 1 + (9 * Math.log2(link.bytes / 1024)) / 20);
    expect(Math.abs(link.widthPx - exact), `${link.id} of ${link.bytes} B`).toBeLessThanOrEqual(0.125);
    expect((link.widthPx * 4) % 1, `${link.id} in quarter px`).toBe(0);
  }
  expect(new Set(links.map(({ widthPx }) => widthPx)).size).toBeGreaterThan(10);

  const drawn = await shoal.engineLinks();
  expect(drawn.map(({ id }) => id).sort()).toEqual(links.map(({ id }) => id).sort());
  for (const { id, widthPx, dashed, arrow } of drawn) {
    const link = links.find((candidate) => candidate.id === id);
    expect(widthPx, `the engine’s width of ${id}`).toBeCloseTo(link?.widthPx ?? Number.NaN, 3);
    expect(arrow, `the arrow of ${id}`).not.toBe('none');
    if (link?.band === 'unmeasured') expect(dashed, `${id} is dashed`).toBe(true);
  }
});

test('widths on the screen stay the same when the reader zooms', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const before = new Map((await shoal.engineLinks()).map(({ id, widthPx }) => [id, widthPx]));
  const box = (await shoal.picture()).boxes[0]?.box;
  await shoal.page.getByRole('button', { name: 'Zoom in' }).click();
  await shoal.idle();
  for (const { id, widthPx } of await shoal.engineLinks())
    expect(widthPx, id).toBeCloseTo(before.get(id) ?? Number.NaN, 3);
  expect((await shoal.picture()).boxes[0]?.box.w).toBeCloseTo((box?.w ?? 0) * 1.25, 0);
});

test('peers stand in the box of their namespace, and outside addresses in none', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const { boxes, peers } = await shoal.picture();
  const isInside = (peer: { x: number; y: number; w: number; h: number }, box: typeof peer) =>
    peer.x + peer.w / 2 > box.x &&
    peer.x + peer.w / 2 < box.x + box.w &&
    peer.y + peer.h / 2 > box.y &&
    peer.y + peer.h / 2 < box.y + box.h;
  const wrong = peers.filter((peer) => {
    const holders = boxes.filter(({ box }) => isInside(peer.box, box)).map(({ label }) => label);
    return String(holders) !== String(peer.namespace === undefined ? [] : [peer.namespace]);
  });
  expect(wrong.map(({ id }) => id)).toEqual([]);
  expect(boxes.length).toBeGreaterThan(5);
  expect(peers.filter(({ kind }) => kind === 'external').length).toBeGreaterThan(0);
});

test('the map opens readable: names of at least 11 px that cover neither each other nor a mark', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab);
  const { peers, boxes } = await shoal.picture();
  const labels = [...peers, ...boxes].flatMap((mark) =>
    mark.labelBox === undefined ? [] : [{ id: mark.id, rect: mark.labelBox }],
  );
  const overlap = (a: (typeof peers)[0]['box'], b: typeof a) =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  const clashes = labels.flatMap(({ id, rect }, index) => [
    ...labels
      .slice(index + 1)
      .filter((other) => overlap(rect, other.rect))
      .map((other) => `${id} × ${other.id}`),
    ...peers
      .filter((peer) => peer.id !== id && overlap(rect, peer.box))
      .map((peer) => `${id} × mark ${peer.id}`),
  ]);
  expect(clashes).toEqual([]);
  expect(peers.filter(({ labelBox }) => labelBox !== undefined).length).toBe(peers.length);
  for (const { id, labelPx } of peers) expect(labelPx, id).toBeGreaterThanOrEqual(11);
});

test('the map says in words what it shows, and nothing on it breaks an accessibility rule', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  await expect(shoal.map).toHaveAccessibleName(/^Map at service level: 25 peers, 46 links, 1 with high/);
  await expect(shoal.page).toHaveTitle('Shoal · recording lab');
  await shoal.axe('the map, dark');
});

test('in the light theme the map is as accessible', async ({ shoal, lab }) => {
  await shoal.open(lab, '?theme=light&level=service');
  expect((await shoal.picture()).links).toHaveLength(46);
  await shoal.axe('the map, light');
});

test('on a phone a notice that came with the flows pushes the map down, and clicks meet what is there now', async ({
  shoal,
  startShoal,
}) => {
  const { url } = await startShoal('--simulate', '--seed', '3', '--services', '100');
  await shoal.page.setViewportSize({ width: 380, height: 800 });
  await shoal.open(url, '?every=off');
  await expect(shoal.notice('status', /^Partial\./)).toBeVisible();
  const { peers } = await shoal.picture();
  const seen = peers.filter(({ kind, box }) => kind === 'namespace' && box.y + box.h < 780).slice(0, 4);
  expect(seen.length).toBe(4);
  for (const { id, box } of seen) {
    await shoal.page.mouse.click(box.x + box.w / 2, box.y + box.h / 2);
    await shoal.idle();
    expect((await shoal.view()).peer).toBe(id);
    await shoal.page.keyboard.press('Escape');
    await shoal.idle();
  }
});
