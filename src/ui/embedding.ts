/**
 * What the framing page hears and what it may ask for: puts the messages of `view/embed` together with the view, the
 * data and the card. Loaded only inside a frame; without it the page is the same.
 */
import type { Backstage } from '../backstage/backstage';
import { late } from '../backstage/late-code';
import { ACCEPTS, createEmbed, embedOrigins, type HostMessage } from '../view/embed';
import { select, type ViewStore } from '../view/view-state';
import { readView, writeView } from '../view/view-url';
import { pageLink } from './share/page-link';

const loadDrawCard = late(() => import('./share/draw-card'));
const loadReportWords = late(() => import('../share/report-words'));

interface EmbeddingOptions {
  store: ViewStore;
  backstage: Backstage;
  /** Asks for flows now. */
  refresh(): void;
  /** Where the server says that the page is reached. */
  publicUrl(): string | undefined;
}

export function startEmbedding({ store, backstage, refresh, publicUrl }: EmbeddingOptions): {
  destroy(): void;
} {
  const refuse = (why: string) => console.warn(`Shoal, embedded: ${why}.`);
  const embed = createEmbed({ target: window, origins: embedOrigins(document), onMessage, onRefuse: refuse });

  function onMessage(message: HostMessage): void {
    if (message.type === 'set-theme') store.setState({ theme: message.theme });
    else if (message.type === 'refresh') refresh();
    else if (message.type === 'set-view') setView(message.view);
    else if (message.type === 'get-card') void sendCard(message);
    else {
      const { peer, link } = message;
      select(store, peer != null ? { peer } : link != null ? { link } : {});
    }
  }

  /** Replaces the view; how the page is shown (embedded, without what, theme, interval) stays unless it is named. */
  function setView(given: string | Record<string, string | number | boolean>): void {
    const params =
      typeof given === 'string'
        ? new URLSearchParams(given)
        : new URLSearchParams(Object.entries(given).map(([key, value]) => [key, wordOf(value)]));
    const now = store.getState();
    const { view, dropped } = readView(`?${params}`);
    for (const { message } of dropped) refuse(`set-view: ${message.replace(/\.$/, '')}`);
    store.setState(
      {
        ...view,
        ...(params.has('embed') || params.has('kiosk') ? {} : { embed: now.embed }),
        ...(params.has('hide') ? {} : { without: now.without }),
        ...(params.has('theme') ? {} : { theme: now.theme }),
        ...(params.has('every') ? {} : { every: now.every }),
      },
      true,
    );
  }

  async function sendCard(message: Extract<HostMessage, { type: 'get-card' }>): Promise<void> {
    const { id, width = 0, redact = false } = message;
    const theme =
      message.theme ?? (document.querySelector('[data-theme-in-force="dark"]') === null ? 'light' : 'dark');
    const answers = id === undefined ? {} : { id };
    try {
      const [{ drawCard }, { reportLines }] = await Promise.all([loadDrawCard(), loadReportWords()]);
      const link = pageLink(store.getState(), backstage.shown().stage?.level, publicUrl());
      const { file, report } = await drawCard({ backstage, link }, { widthPx: width, theme, redact });
      embed.tell({ type: 'card', ...answers, png: file, text: reportLines(report).join('\n') });
    } catch (error) {
      embed.tell({ type: 'card', ...answers, error: error instanceof Error ? error.message : String(error) });
    }
  }

  const tellView = () => {
    const search = writeView(store.getState());
    embed.tell({ type: 'view', search, view: Object.fromEntries(new URLSearchParams(search)) });
  };
  const tellSelection = () => {
    const { peer, link } = store.getState();
    const { stage } = backstage.shown();
    const named = (id: string) => ({
      id,
      label: stage?.picture.peers.find((each) => each.id === id)?.label ?? id,
    });
    const line = stage?.picture.links.find((each) => each.id === link);
    const ends = line && { from: named(line.from), to: named(line.to) };
    embed.tell({
      type: 'selection',
      peer: peer === undefined ? null : named(peer),
      link:
        ends === undefined
          ? null
          : { id: line?.id ?? '', label: `${ends.from.label} → ${ends.to.label}`, ...ends },
    });
  };
  const tellData = () => {
    tellSelection();
    const health = backstage.shown().panels?.health;
    if (health !== undefined)
      embed.tell({ type: 'verdict', verdict: health.verdict, sentence: health.sentence });
  };
  const tellSize = () => {
    const { clientWidth, clientHeight } = document.documentElement;
    const scrolling = document.querySelector('[data-scrolls]');
    const hidden = scrolling === null ? 0 : scrolling.scrollHeight - scrolling.clientHeight;
    embed.tell({ type: 'size', width: clientWidth, height: clientHeight + hidden });
  };

  embed.tell({ type: 'ready', accepts: ACCEPTS });
  tellView();
  tellData();
  tellSize();
  const unsubscribeView = store.subscribe(() => {
    tellView();
    tellSelection();
  });
  const unsubscribeData = backstage.subscribe(() => {
    tellData();
    tellSize();
  });
  const observer = new ResizeObserver(tellSize);
  observer.observe(document.documentElement);
  return {
    destroy() {
      unsubscribeView();
      unsubscribeData();
      observer.disconnect();
      embed.destroy();
    },
  };
}

const wordOf = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
