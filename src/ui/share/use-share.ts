/**
 * Sharing as the page sees it: one click or `Ctrl Shift C` makes the card, copies it and saves it, and says what came of
 * it. Everything heavy comes late.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import { late } from '../../backstage/late-code';
import type { Receipt } from '../../backstage/messages';
import type { Level } from '../../flows/flow';
import type { Theme } from '../../graph/palette';
import type { ViewStore } from '../../view/view-state';
import type { Idle } from '../idle';
import { NO_PART } from '../part';
import type { ShareNews } from './card-errand';
import { copyPicture } from './copy-picture';
import { pageLink } from './page-link';
import type { SnapshotOf } from './take-snapshot';

const loadErrand = late(() => import('./card-errand'));

export interface Share {
  isOpen: boolean;
  isMaking: boolean;
  news: ShareNews | undefined;
  /** The card for a chat channel, copied and saved. Call it while a click or key is handled. */
  card(): void;
  open(): void;
  close(): void;
  dismiss(): void;
  /** The page that shows what is on the map; empty where nobody else could open it. */
  link(): string;
  /** What a snapshot would be of; undefined in a snapshot, which is one already. */
  snapshot(): SnapshotOf | undefined;
}

interface ShareInput {
  store: ViewStore;
  backstage: Backstage;
  idle: Idle;
  theme: Theme;
  origin: Origin;
}

/** Where what is shown comes from. */
interface Origin {
  poll: Receipt | undefined;
  /** The level on the map; undefined before there is one. */
  level: Level | undefined;
  /** From files that are opened here: nobody else has them. */
  isHeld: boolean;
  isSnapshot: boolean;
}

/** Good news is read at a glance; bad news stays until it is dismissed. */
const GOOD_NEWS_MS = 8_000;

/** What the page is busy with while the dialog is loaded. */
export const OPENING = 'opening share';

export function useShare({ store, backstage, idle, theme, origin }: ShareInput): Share {
  const [isOpen, setOpen] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [news, setNews] = useState<ShareNews>();
  const { poll, level, isHeld, isSnapshot } = origin;
  const link = () => (isHeld ? '' : pageLink(store.getState(), level, poll?.publicUrl));
  const latest = useRef({ theme, link });
  latest.current = { theme, link };

  useEffect(() => {
    if (news?.tone !== 'good') return;
    const timer = setTimeout(() => setNews(undefined), GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [news]);

  const open = useCallback(() => {
    // Until the dialog's code is there and says itself what it is busy with.
    idle.busy(OPENING, true);
    setOpen(true);
  }, [idle]);

  const card = useCallback(() => {
    setMaking(true);
    idle.busy('card', true);
    const { theme: chosen, link: url } = latest.current;
    const errand = loadErrand();
    const making = errand.then(({ makeChatCard }) => makeChatCard({ backstage, link: url() }, chosen));
    // At once, while the click or key is being handled: later the browser would refuse.
    const copying = copyPicture(making.then(({ file }) => file));
    void errand
      .then(({ saveCard }) => saveCard(making, copying))
      .then(({ news: told, isShown }) => {
        setNews(told);
        if (isShown) open();
      })
      .catch(() => setNews({ text: `The card could not be made. ${NO_PART}`, tone: 'bad' }))
      .finally(() => {
        setMaking(false);
        idle.busy('card', false);
      });
  }, [backstage, idle, open]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey) return;
      if (event.key.toLowerCase() !== 'c' || event.repeat) return;
      event.preventDefault();
      card();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [card]);

  return {
    isOpen,
    isMaking,
    news,
    card,
    open,
    close: useCallback(() => setOpen(false), []),
    dismiss: useCallback(() => setNews(undefined), []),
    link,
    snapshot: () =>
      isSnapshot || level === undefined
        ? undefined
        : {
            view: store.getState(),
            level,
            source: poll?.source,
            inventoryUrl: poll?.offers.includes('inventory')
              ? new URL('../inventory', backstage.requestUrl({})).href
              : undefined,
          },
  };
}
