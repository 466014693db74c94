/** What sharing lays over the page: the dialog, whose code comes late, and the line that says what came of a card. */
import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import type { Backstage } from '../../backstage/backstage';
import type { Theme } from '../../graph/palette';
import type { Idle } from '../idle';
import { part } from '../part';
import { Layer } from '../states';
import type { ShareNews } from './card-errand';
import css from './share.module.css';
import { OPENING, type Share } from './use-share';

const ShareDialog = part(() => import('./share-dialog').then((module) => module.ShareDialog));

interface ShareLayerProps {
  share: Share;
  backstage: Backstage;
  idle: Idle;
  theme: Theme;
}

export function ShareLayer({ share, backstage, idle, theme }: ShareLayerProps) {
  return (
    <>
      <ShareToast news={share.isOpen ? undefined : share.news} onDismiss={share.dismiss} />
      {share.isOpen ? (
        <Layer onClose={share.close} onFail={() => idle.busy(OPENING, false)}>
          <ShareDialog
            backstage={backstage}
            idle={idle}
            link={share.link()}
            theme={theme}
            snapshot={share.snapshot()}
            problem={share.news?.tone === 'bad' ? share.news.text : undefined}
            onClose={share.close}
          />
        </Layer>
      ) : null}
    </>
  );
}

function ShareToast({ news, onDismiss }: { news: ShareNews | undefined; onDismiss(): void }) {
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
