/**
 * Those who are measured, with one face: Shoal's built page and its rivals, each showing the same picture in the same
 * place. Real input goes through the browser's protocol; an engine is never returned from a page, only plain values.
 */

/** Exactly the peers and links of the cluster: nothing folded, nothing polled. */
const SEARCH = '?level=pod&limit=200000&hide=none&every=off&theme=dark';

/** Opens Shoal on a mounted cluster and waits until it is at rest. `prepare` runs in the page before its scripts. */
export async function openShoal(browser, url, { search = SEARCH, prepare } = {}) {
  const tab = await browser.open(`${url}${search}`, prepare);
  const { page } = tab;
  const idle = () => page.evaluate(() => window.shoal.whenIdle());
  await idle();
  const press = (label) =>
    page.evaluate(async (name) => {
      const button = document.querySelector(`button[aria-label="${name}"]`);
      if (button === null) throw new Error(`The page has no button ${name}.`);
      button.click();
      await window.shoal.whenIdle();
    }, label);
  const picture = () => page.evaluate(() => window.shoal.picture());
  return {
    ...tab,
    name: 'Shoal',
    idle,
    press,
    picture,
    refresh: () => press('Refresh'),
    rest: idle,
    home: () => press('Fit the map'),
    async at(id) {
      const { x, y, w, h } = (await picture()).peers.find((peer) => peer.id === id).box;
      return { x: x + w / 2, y: y + h / 2 };
    },
  };
}

/** Shoal's picture as the rivals take it: CSS px of the map's frame at the opening zoom. */
export async function takePicture(shoal) {
  const frame = await shoal.page.evaluate(() => {
    const { x, y, width, height } = document.querySelector('main [role=img]').getBoundingClientRect();
    return { x, y, w: width, h: height };
  });
  const { peers, links } = await shoal.picture();
  return {
    frame,
    peers: peers.map(({ id, label, box, labelBox, labelPx }) => ({
      id,
      x: box.x + box.w / 2 - frame.x,
      y: box.y + box.h / 2 - frame.y,
      size: box.w,
      px: labelPx ?? 11,
      ...(labelBox === undefined ? {} : { text: label.slice(0, 16) }),
    })),
    links: links.map(({ id, from, to, widthPx, colour }) => ({ id, from, to, widthPx, colour })),
  };
}

const RIVAL_NAMES = {
  vis: 'vis-network',
  patternfly: 'PatternFly topology',
  stock: 'stock Cytoscape',
  bare: 'bare canvas',
};

/** Opens a rival's page with pictures to show, by name; `draw` shows one of them for the first time. */
export async function openRival(browser, url, rival, pictures) {
  const tab = await browser.open(url);
  const { page } = tab;
  await page.evaluate((given) => {
    window.benchPictures = given;
  }, pictures);
  const rest = () =>
    page.evaluate(async () => {
      for (let frames = 0; frames < 3; frames++) await new Promise((r) => requestAnimationFrame(r));
    });
  const act = async (verb, from, to) => {
    await page.evaluate(
      ([what, before, after]) => {
        const { [before]: old, [after]: next } = window.benchPictures;
        if (what === 'draw') return window.bench.draw(next);
        // Shoal's worker finds out what changed; a rival is told. Found once: the first run does not count.
        window.benchChanges ??= {};
        window.benchChanges[after] ??= next.links.filter(({ widthPx, colour }, index) => {
          const link = old.links[index];
          return link.widthPx !== widthPx || link.colour !== colour;
        });
        window.bench.refresh(window.benchChanges[after], next.links);
      },
      [verb, from, to],
    );
    await rest();
  };
  return {
    ...tab,
    name: RIVAL_NAMES[rival],
    rest,
    async home() {
      await page.evaluate(() => window.bench.home());
      await rest();
    },
    draw: (name) => act('draw', name, name),
    refresh: (from, to) => act('refresh', from, to),
    async at(id) {
      const { frame } = pictures.base;
      const { x, y } = await page.evaluate((peer) => window.bench.at(peer), id);
      return { x: x + frame.x, y: y + frame.y };
    },
  };
}
