/** What sharing lays over the page: the dialog, loaded when it is opened, and the line that says what came of a card. */
import { lazy, Suspense } from 'react';
import type { Backstage } from '../../backstage/backstage';
import type { Theme } from '../../graph/palette';
import type { Idle } from '../idle';
import { ShareToast } from './share-buttons';
import type { Share } from './use-share';

const ShareDialog = lazy(() => import('./share-dialog').then((module) => ({ default: module.ShareDialog })));

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
        <Suspense fallback={null}>
          <ShareDialog
            backstage={backstage}
            idle={idle}
            link={share.link()}
            theme={theme}
            snapshot={share.snapshot()}
            problem={share.news?.tone === 'bad' ? share.news.text : undefined}
            onClose={share.close}
          />
        </Suspense>
      ) : null}
    </>
  );
}
