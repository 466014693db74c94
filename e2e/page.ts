/**
 * The page as verbs, so that specs read as stories. Looks only at what a reader, a screen reader or a host page can see:
 * roles, names, texts, the URL, `window.shoal`; and once at the engine, to hold it to the picture.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, type Request } from '@playwright/test';
import type { ViewState } from '../src/view/view-state';

export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}
export interface PicturedPeer {
  id: string;
  kind: string;
  label: string;
  namespace?: string;
  box: Rect;
  labelBox?: Rect;
  labelPx?: number;
}
export interface PicturedLink {
  id: string;
  from: string;
  to: string;
  bytes: number;
  widthPx: number;
  colour: string;
  band: 'excellent' | 'good' | 'elevated' | 'high' | 'unmeasured';
  worstP99Us?: number;
  flows: number;
}
/** What `window.shoal.picture()` promises. */
export interface Pictured {
  level: string;
  boxes: { id: string; label: string; box: Rect; labelBox?: Rect }[];
  peers: PicturedPeer[];
  links: PicturedLink[];
  coverage: {
    flows: number;
    total: number;
    truncated: boolean;
    rejected: number;
    bytes: number;
    drawnFlows: number;
    drawnBytes: number;
    foldedFlows: number;
    hiddenFlows: number;
  };
}

/** What the engine holds of a link. */
export interface EngineLink {
  id: string;
  widthPx: number;
  colour: string;
  dashed: boolean;
  arrow: string;
}

export type Places = ReadonlyMap<string, { x: number; y: number }>;

export type ShoalPage = ReturnType<typeof createShoalPage>;

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

export function createShoalPage(page: Page) {
  const filters = page.getByRole('form', { name: 'Filters' });
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (/\/mcp\/flows$/.test(new URL(request.url()).pathname)) requests.push(request);
  });

  const idle = () => page.evaluate(() => window.shoal.whenIdle());

  async function picture(): Promise<Pictured> {
    const drawn = await page.evaluate(() => window.shoal.picture());
    if (drawn === null) throw new Error('There is no picture yet.');
    return drawn as Pictured;
  }

  const map = page.getByRole('main').getByRole('img', { name: /^Map/ });

  return {
    page,
    map,
    panel: page.getByRole('complementary', { name: 'Details' }),
    table: page.getByRole('grid', { name: 'Flows' }),
    updates: page.getByRole('group', { name: 'Updates' }),
    idle,
    picture,

    /** Where everything stands on the map, by id, in px from the map's corner: whatever stands above the map. */
    async places(): Promise<Places> {
      const { peers, boxes } = await picture();
      const frame = await map.boundingBox();
      if (frame === null) throw new Error('There is no map.');
      return new Map(
        [...boxes, ...peers].map(({ id, box }) => [id, { x: box.x - frame.x, y: box.y - frame.y }]),
      );
    },

    /** Opens the page with this query string and waits until it is at rest. */
    async open(url: string, search = '') {
      await page.goto(`${url}${search}`);
      await idle();
    },
    async reload() {
      await page.reload();
      await idle();
    },
    view: (): Promise<ViewState> => page.evaluate(() => window.shoal.view()),
    /** The query string of the page. */
    search: () => new URL(page.url()).searchParams,
    /** The control of one API parameter, found by the parameter's own name. */
    control: (parameter: string): Locator => filters.getByLabel(parameter, { exact: true }),
    /** Sets a filter as a reader would, and waits for the answer. */
    async filter(parameter: string, value: string) {
      const control = filters.getByLabel(parameter, { exact: true });
      if ((await control.evaluate((element) => element.tagName)) === 'SELECT') {
        await control.selectOption(value);
      } else {
        await control.fill(value);
        await control.press('Enter');
      }
      await idle();
    },
    /** Parameters of the newest request for flows. */
    asked: (): Record<string, string> => {
      const newest = requests.at(-1);
      if (newest === undefined) throw new Error('No flows were asked for.');
      return Object.fromEntries(new URL(newest.url()).searchParams);
    },
    /** How many requests for flows were sent so far. */
    askedTimes: () => requests.length,
    level: (name: string) =>
      page.getByRole('group', { name: 'Level' }).getByRole('button', { name, exact: true }).click(),
    show: (name: 'Map' | 'Matrix' | 'Table') =>
      page.getByRole('group', { name: 'View' }).getByRole('button', { name, exact: true }).click(),
    /** Clicks a peer's mark on the map. */
    async click(peer: string) {
      const { box } = await peerOf(await picture(), peer);
      await page.mouse.click(box.x + box.w / 2, box.y + box.h / 2);
      await idle();
    },
    /** Opens the details of a link, found by the names of its ends, from the summary's table of links. */
    async openLink(from: string, to: string) {
      const { id } = linkOf(await picture(), from, to);
      const view = new URL(page.url());
      view.searchParams.set('link', id);
      await page.goto(view.href);
      await idle();
    },
    /** A table of the side panel by its section's name. */
    section: (name: string): Locator => page.getByRole('region', { name, exact: true }),
    /** Notices between the bars and the map, as they read. */
    notice: (role: 'alert' | 'status', text: string | RegExp): Locator =>
      page.getByRole(role).filter({ hasText: text }),
    /** Accessibility violations of the page as it stands. */
    async axe(state: string) {
      // In the page itself, which has no frames: else every look opens a tab of its own, and takes twice as long.
      const { violations } = await new AxeBuilder({ page }).withTags(WCAG).setLegacyMode().analyze();
      const found = violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
      );
      expect(found, `axe on the state “${state}”`).toEqual([]);
    },
    /** What the engine draws, in px of the screen. Plain values only: the engine itself must never be serialised. */
    engineLinks: (): Promise<EngineLink[]> =>
      page.evaluate(() => {
        const holder = document.querySelector('main [role=img]') as unknown as EngineHolder;
        const engine = holder._cyreg.cy;
        return engine.edges().map((edge) => ({
          id: edge.id(),
          widthPx: edge.numericStyle('width') * engine.zoom(),
          colour: edge.style('line-color'),
          dashed: edge.style('line-style') === 'dashed',
          arrow: edge.style('target-arrow-shape'),
        }));
      }),
  };
}

/** The few calls of the engine that are needed to hold it to the picture. */
interface EngineHolder {
  _cyreg: {
    cy: {
      zoom(): number;
      edges(): {
        map<T>(
          make: (edge: {
            id(): string;
            numericStyle(name: string): number;
            style(name: string): string;
          }) => T,
        ): T[];
      };
    };
  };
}

/** What stands elsewhere than before, or is gone. Newcomers have not moved. */
export function moved(before: Places, after: Places): string[] {
  return [...before].flatMap(([id, { x, y }]) => {
    const now = after.get(id);
    if (now === undefined) return [`${id} is gone`];
    const far = Math.hypot(now.x - x, now.y - y);
    return far > 0.5 ? [`${id} moved by ${far.toFixed(1)} px`] : [];
  });
}

export function peerOf(picture: Pictured, label: string): PicturedPeer {
  const found = picture.peers.find((peer) => peer.label === label || peer.id === label);
  if (found === undefined)
    throw new Error(`No peer ${label} among ${picture.peers.map((peer) => peer.label).join(', ')}`);
  return found;
}

/** A link by the labels of its ends. */
export function linkOf(picture: Pictured, from: string, to: string): PicturedLink {
  const [a, b] = [peerOf(picture, from).id, peerOf(picture, to).id];
  const found = picture.links.find((link) => link.from === a && link.to === b);
  if (found === undefined) throw new Error(`No link ${a} → ${b}`);
  return found;
}
