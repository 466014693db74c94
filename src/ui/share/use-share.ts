/**
 * Sharing as the page sees it: one click or `Ctrl Shift C` makes the card, copies it and saves it, and says what came of
 * it. Everything heavy is loaded when it is asked for.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import type { Receipt } from '../../backstage/messages';
import type { Level } from '../../flows/flow';
import type { Theme } from '../../graph/palette';
import type { ViewStore } from '../../view/view-state';
import type { Idle } from '../idle';
import { saveFile } from '../save-file';
import { copyPicture, isFramed } from './hand-over';
import { pageLink } from './page-link';
import type { SnapshotOf } from './take-snapshot';

export interface ShareNews {
  text: string;
  tone: 'good' | 'bad';
}

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

export const stamp = (iso: string): string => iso.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');

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
    const choice = { widthPx: 0, theme: latest.current.theme, redact: false };
    const making = import('./draw-card').then(({ drawCard }) =>
      drawCard({ backstage, link: latest.current.link() }, choice),
    );
    const copying = copyPicture(making.then(({ file }) => file));
    making
      .then(async ({ file, report }) => {
        const name = `shoal-${stamp(report.at)}.png`;
        saveFile(name, file);
        const isCopied = await copying;
        setNews(
          isCopied
            ? { text: `The card is on the clipboard, and saved as ${name}.`, tone: 'good' }
            : { text: `The browser refused the clipboard. The card is saved as ${name}.`, tone: 'bad' },
        );
        // A frame may refuse downloads as silently: there the picture itself is shown.
        if (!isCopied && isFramed()) open();
      })
      .catch((error: unknown) =>
        setNews({ text: error instanceof Error ? error.message : String(error), tone: 'bad' }),
      )
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
