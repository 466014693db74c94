/** What a frame costs while the matrix of 500 × 500 scrolls across and down, against a table and against bare cells. */
import { cpus, loadavg } from 'node:os';
import { median, spread } from '../figures.mjs';
import { openShoal } from '../subjects.mjs';

export const title = 'matrix: scrolling 500 × 500, CPU a frame of all threads that draw';

const PEERS = 500;
const SEARCH = '?view=matrix&level=pod&limit=200000&hide=none&every=off&theme=dark';
/** 50 frames a second leave 20 ms; a page that used all of them would stutter at the first other thing it does. */
const FRAME_MS = 12;
const FPS = 50;
/** More than this of the machine in use is not idle: then frames a second say more of the machine than of the page. */
const IDLE = 0.4;
const FRAMES = 120;
/** A quick hand: the whole of the matrix in about the frames of one tour, px. */
const STEP = { x: 41, y: 53 };

export async function measure({ report, runs, mount, stub, launchBrowser }) {
  const browsers = [];
  const launch = async () => browsers[browsers.push(await launchBrowser()) - 1];
  try {
    const shoal = await openShoal(await launch(), mount(PEERS).url, { search: SEARCH });
    const picture = await takeMatrix(shoal);
    const subjects = [{ name: 'Shoal', ...shoal, scroller: 'main [role=grid]', isInside: true }];
    for (const [rival, name] of [
      ['table', 'table of elements'],
      ['cells', 'bare cells'],
    ]) {
      const tab = await (await launch()).open(stub.rivalUrl(rival));
      await tab.page.evaluate((given) => window.bench.draw(given), picture);
      subjects.push({ ...tab, name, scroller: '#scroller', isInside: false });
    }
    const found = new Map(subjects.map(({ name }) => [name, { drawing: [], main: [], fps: [] }]));
    // One more: the first warms up.
    for (let run = 0; run <= runs; run++) {
      for (const subject of subjects) {
        const { drawing, main, result } = await subject.meter.spent(() => scroll(subject));
        if (run === 0) continue;
        const samples = found.get(subject.name);
        samples.drawing.push(drawing / FRAMES);
        samples.main.push(main / FRAMES);
        samples.fps.push((FRAMES * 1000) / result);
      }
    }
    const size = `${picture.peers.length} peers, ${picture.links.length} links`;
    for (const [name, { drawing, main, fps }] of found)
      report.note(
        `${name}, ${size}`,
        `${spread(drawing)}, of it main thread ${spread(main)}; ${spread(fps, 'fps')}`,
      );
    const cost = (name) => median(found.get(name).drawing);
    const ratios = ['table of elements', 'bare cells'].map(
      (name) => `${(cost('Shoal') / cost(name)).toFixed(2)} × the ${name}`,
    );
    report.decide('a frame of the matrix', cost('Shoal'), FRAME_MS, 'ms', ratios.join(', '));
    const load = loadavg()[0] / cpus().length;
    const fps = median(found.get('Shoal').fps);
    const how = `${fps.toFixed(0)} frames a second, at least ${FPS} wanted`;
    if (load < IDLE) report.must('frames a second', fps >= FPS, how);
    else
      report.note('frames a second', `${how}; not decided, the machine is busy (${load.toFixed(1)} a core)`);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
  }
}

/** Scrolls so many frames, there and back at the ends; resolves with how long that took, ms of the clock. */
function scroll({ page, scroller, isInside }) {
  return page.evaluate(
    async ([selector, inside, frames, step]) => {
      const found = document.querySelector(selector);
      const element = inside ? found.parentElement : found;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      let { x, y } = step;
      element.scrollTo(0, 0);
      await frame();
      const since = performance.now();
      for (let done = 0; done < frames; done++) {
        const { scrollLeft, scrollTop } = element;
        element.scrollBy({ left: x, top: y, behavior: 'instant' });
        if (element.scrollLeft === scrollLeft) x = -x;
        if (element.scrollTop === scrollTop) y = -y;
        await frame();
      }
      return performance.now() - since;
    },
    [scroller, isInside, FRAMES, STEP],
  );
}

/** Shoal's matrix as the rivals take it, px of its field: names in their order, and each link's place and mark. */
async function takeMatrix(shoal) {
  const { peers, links } = await shoal.picture();
  const frame = await shoal.page.evaluate(() => {
    const { x, y, width, height } = document
      .querySelector('main [role=grid]')
      .parentElement.getBoundingClientRect();
    return { x, y, w: width, h: height };
  });
  const ordered = [...peers].sort((a, b) => a.box.y - b.box.y);
  const first = ordered[0].box;
  const places = new Map(ordered.map(({ id }, index) => [id, index]));
  return {
    frame,
    cell: first.w,
    heads: { w: first.x - frame.x, h: first.y - frame.y },
    peers: ordered.map(({ label }) => label),
    links: links.map(({ from, to, colour, widthPx }) => ({
      row: places.get(from),
      column: places.get(to),
      colour,
      side: Math.min(first.w - 3, 2 + Math.round(widthPx)),
    })),
  };
}
