/** The two buttons of sharing in the top bar. */
import { Camera, Share2 } from 'lucide-react';
import { Glyph } from '../glyph';
import css from './share.module.css';
import type { Share } from './use-share';

export function ShareButtons({ share, isReady }: { share: Share; isReady: boolean }) {
  return (
    <div className={css.buttons} role="group" aria-label="Share">
      <button
        type="button"
        disabled={!isReady}
        aria-busy={share.isMaking}
        aria-keyshortcuts="Control+Shift+C Meta+Shift+C"
        title="Copy and save a picture for a chat channel (Ctrl Shift C)"
        aria-label="Card"
        onClick={share.card}
      >
        <Glyph of={Camera} size={15} />
        <span className={css.word}>Card</span>
      </button>
      <button
        type="button"
        disabled={!isReady}
        aria-haspopup="dialog"
        aria-label="Share"
        title="Share: link, picture, Markdown, files"
        onClick={share.open}
      >
        <Glyph of={Share2} size={15} />
      </button>
    </div>
  );
}
