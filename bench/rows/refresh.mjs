/**
 * What a poll costs once the map stands: a tenth of the links visibly changed, against rivals that are told what changed;
 * much changed but nothing visible; and a poll that comes while the reader pans.
 */
import { median, spread } from '../figures.mjs';
import { drag, freeSpot, hold, letGo } from '../gestures.mjs';
import { openAll } from '../line-up.mjs';
import { openShoal } from '../subjects.mjs';

export const title = 'refresh: CPU of a poll, paint included, all threads but workers';

const OF_VIS = 1.5;
const OF_JSON = 0.25;
const INVISIBLE_MS = 20;
const DECIDING = 1000;
/** Polls that are dropped first: a page that polls all day is not measured while V8 still compiles it. */
const WARM_UP = 50;
/** Polls in place of one where nothing visible changes: they are short, and a busy machine doubles any of them. */
const TURNS = 6;

export async function measure(bench) {
  for (const peers of bench.sizes([200, DECIDING, 3000])) {
    await visible(bench, peers);
    if (peers === DECIDING) {
      await invisible(bench, peers);
      await whilePanning(bench, peers);
    }
  }
}

async function visible({ report, runs, ...bench }, peers) {
  const rivals = ['vis', 'patternfly', 'stock', 'bare'];
  const { subjects, pictures, mounted, close } = await openAll(bench, peers, rivals, ['base', 'visible']);
  try {
    const changed = pictures.visible.links.filter(({ widthPx, colour }, index) => {
      const before = pictures.base.links[index];
      return before.widthPx !== widthPx || before.colour !== colour;
    }).length;
    const links = pictures.base.links.length;
    report.note(`${peers}/${links}`, `${changed} links change their width or colour`);
    const found = new Map(subjects.map((subject) => [subject.name, { drawing: [], main: [], workers: [] }]));
    let shown = 'base';
    for (let run = 1 - WARM_UP; run <= runs; run++) {
      const next = shown === 'base' ? 'visible' : 'base';
      mounted.show(next);
      for (const subject of subjects) {
        const used = await subject.meter.spent(() => subject.refresh(shown, next));
        if (run <= 0) continue;
        for (const [what, samples] of Object.entries(found.get(subject.name))) samples.push(used[what]);
      }
      shown = next;
    }
    for (const [name, { drawing, main, workers }] of found) {
      const beside = name === 'Shoal' ? `; workers ${spread(workers)}` : '';
      report.note(
        `${peers}/${links} ${name}`,
        `${spread(drawing)}, of it main thread ${spread(main)}${beside}`,
      );
    }
    const cost = (name) => median(found.get(name).drawing);
    for (const [rival, limit] of [
      ['vis-network', OF_VIS],
      ['stock Cytoscape', OF_JSON],
    ]) {
      const ratio = cost('Shoal') / cost(rival);
      const name = `${peers}/${links} against ${rival}`;
      if (peers === DECIDING) report.decide(name, ratio, limit, '×');
      else report.note(name, `${ratio.toFixed(2)} ×`);
    }
  } finally {
    await close();
  }
}

async function invisible({ report, runs, mount, launchBrowser }, peers) {
  const browser = await launchBrowser();
  try {
    const mounted = mount(peers);
    const shoal = await openShoal(browser, mounted.url);
    const samples = [];
    const asked = mounted.asked();
    const polls = TURNS * runs;
    for (let run = 1 - WARM_UP; run <= polls; run++) {
      mounted.show(run % 2 === 0 ? 'invisible' : 'base');
      const { main } = await shoal.meter.spent(shoal.refresh);
      if (run > 0) samples.push(main);
    }
    if (mounted.asked() !== asked + polls + WARM_UP) throw new Error('Not every refresh was a poll.');
    report.decide('nothing visible, main thread', median(samples), INVISIBLE_MS, 'ms', spread(samples));
    await shoal.close();

    // Apart, because counting what is drawn costs time itself.
    const counted = await openShoal(browser, mounted.url, { prepare: countDrawing });
    const drawn = async (variant) => {
      mounted.show(variant);
      await counted.page.evaluate(() => {
        window.benchDrawn = 0;
      });
      await counted.refresh();
      return counted.page.evaluate(() => window.benchDrawn);
    };
    await drawn('base');
    const seen = await drawn('visible');
    if (seen === 0) throw new Error('A visible change drew nothing: the count is broken.');
    await drawn('base');
    const unseen = await drawn('invisible');
    report.must(
      'nothing visible, nothing drawn',
      unseen === 0,
      `${unseen} calls on a canvas (visible: ${seen})`,
    );
  } finally {
    await browser.close();
  }
}

/** Runs in the page: counts what is drawn on canvases, of the document or not. */
function countDrawing() {
  window.benchDrawn = 0;
  const verbs = ['clearRect', 'fillRect', 'fill', 'stroke', 'drawImage', 'fillText', 'strokeText'];
  const contexts = [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D, ImageBitmapRenderingContext];
  for (const { prototype } of contexts) {
    // What the worker painted is shown as a whole.
    for (const verb of [...verbs, 'transferFromImageBitmap']) {
      const native = prototype[verb];
      if (native === undefined) continue;
      prototype[verb] = function (...args) {
        window.benchDrawn++;
        return native.apply(this, args);
      };
    }
  }
}

/** Presses Refresh in the middle of a drag, and looks whether the picture changes before the map is let go. */
async function whilePanning({ report, mount, launchBrowser, ...bench }, peers) {
  const { subjects, picture, mounted, close } = await openAll({ mount, launchBrowser, ...bench }, peers, []);
  try {
    const [shoal] = subjects;
    const widths = async () =>
      (await shoal.picture()).links.map(({ widthPx, colour }) => `${widthPx}${colour}`).join();
    const before = await widths();
    const spot = await freeSpot(shoal, picture);
    await hold(shoal, spot);
    const sent = mounted.sent();
    mounted.show('visible');
    await drag(shoal, spot, () =>
      shoal.page.evaluate(() => document.querySelector('button[aria-label="Refresh"]').click()),
    );
    // Enough for any answer to be decoded and composed, and the map is still moving.
    for (let times = 0; times < 4; times++) await drag(shoal, spot);
    if (mounted.sent() === sent) throw new Error('No answer came while panning.');
    const held = (await widths()) === before;
    await letGo(shoal);
    await shoal.rest();
    const after = (await widths()) !== before;
    report.must(
      'a poll while the reader pans waits',
      held && after,
      `${held ? 'nothing changed under the hand' : 'the picture changed under the hand'}, ${after ? 'and the poll was shown afterwards' : 'but the poll was never shown'}`,
    );
  } finally {
    await close();
  }
}
