/** The two buttons of sharing in the top bar, and the line that says what came of it. */
import { Camera, CircleCheck, Share2, TriangleAlert, X } from 'lucide-react';
import css from './share.module.css';
import type { Share, ShareNews } from './use-share';

export function ShareButtons({ share, isReady }: { share: Share; isReady: boolean }) {
  return (
    <div className={css.buttons} role="group" aria-label="Share">
      <button
        type="button"
        disabled={!isReady}
        aria-busy={share.isMaking}
        aria-keyshortcuts="Control+Shift+C Meta+Shift+C"
        title="Copy and save a picture for a chat channel (Ctrl Shift C)"
        onClick={share.card}
      >
        <Camera size={15} aria-hidden="true" />
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
        <Share2 size={15} aria-hidden="true" />
      </button>
    </div>
  );
}

export function ShareToast({ news, onDismiss }: { news: ShareNews | undefined; onDismiss(): void }) {
  const Icon = news?.tone === 'bad' ? TriangleAlert : CircleCheck;
  return (
    <div className={css.toasts} role="status">
      {news === undefined ? null : (
        <p className={css.toast} data-tone={news.tone}>
          <Icon size={15} aria-hidden="true" />
          <span>{news.text}</span>
          <button type="button" onClick={onDismiss} aria-label="Dismiss">
            <X size={14} aria-hidden="true" />
          </button>
        </p>
      )}
    </div>
  );
}
