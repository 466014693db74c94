/** What lies over the page: the palette, sharing, the help. One that cannot come says so, and leaves the page as it is. */
import { type ReactNode, Suspense } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import type { Backstage } from '../backstage/backstage';
import type { Theme } from '../graph/palette';
import type { PreferenceStore } from '../view/preferences';
import { ask, type ViewStore } from '../view/view-state';
import type { TypedAhead } from './ask/typed-ahead';
import type { Idle } from './idle';
import { part } from './part';
import { OPENING, type Share } from './share/use-share';
import { LayerBroke } from './states';

export const loadAskDialog = () => import('./ask/ask-dialog').then((module) => module.AskDialog);
const AskDialog = part(loadAskDialog);
const ShareLayer = part(() => import('./share/share-layer').then((module) => module.ShareLayer));
const HelpDialog = part(() => import('./help-dialog').then((module) => module.HelpDialog));

interface LayersProps {
  store: ViewStore;
  preferences: PreferenceStore;
  backstage: Backstage;
  idle: Idle;
  theme: Theme;
  share: Share;
  /** When the flows that are shown arrived, epoch ms. */
  nowMs: number;
  asking: boolean;
  helping: boolean;
  typed: TypedAhead;
  onAsked(): void;
  onAskClose(): void;
  onHelpClose(): void;
}

export function Layers(props: LayersProps) {
  const { store, preferences, backstage, idle, theme, share, nowMs, asking, helping, typed } = props;
  const { onAsked, onAskClose, onHelpClose } = props;
  return (
    <>
      {asking ? (
        <Layer onClose={onAskClose}>
          <AskDialog
            backstage={backstage}
            selected={store.getState().peer}
            nowMs={nowMs}
            typed={typed}
            onClose={onAskClose}
            onAsk={(question, about) => {
              ask(store, question, about);
              onAsked();
            }}
          />
        </Layer>
      ) : null}
      <Layer
        onClose={() => {
          idle.busy(OPENING, false);
          share.close();
        }}
      >
        <ShareLayer share={share} backstage={backstage} idle={idle} theme={theme} />
      </Layer>
      {helping ? (
        <Layer onClose={onHelpClose}>
          <HelpDialog preferences={preferences} onClose={onHelpClose} />
        </Layer>
      ) : null}
    </>
  );
}

function Layer({ children, onClose }: { children: ReactNode; onClose(): void }) {
  return (
    <ErrorBoundary FallbackComponent={LayerBroke} onReset={onClose}>
      <Suspense fallback={null}>{children}</Suspense>
    </ErrorBoundary>
  );
}
