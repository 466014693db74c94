/** What lies over the page: the palette, sharing, the help. One that cannot come says so, and leaves the page as it is. */
import type { Backstage } from '../backstage/backstage';
import type { Theme } from '../graph/palette';
import type { PreferenceStore } from '../view/preferences';
import { ask, type ViewStore } from '../view/view-state';
import type { TypedAhead } from './ask/typed-ahead';
import type { Idle } from './idle';
import { part } from './part';
import { ShareLayer } from './share/share-layer';
import type { Share } from './share/use-share';
import { Layer } from './states';

export const loadAskDialog = () => import('./ask/ask-dialog').then((module) => module.AskDialog);
const AskDialog = part(loadAskDialog);
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
  /** How often they were asked for since they were closed: each time is another try. */
  asking: number;
  helping: number;
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
      {asking > 0 ? (
        <Layer key={`ask ${asking}`} onClose={onAskClose}>
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
      <ShareLayer share={share} backstage={backstage} idle={idle} theme={theme} />
      {helping > 0 ? (
        <Layer key={`help ${helping}`} onClose={onHelpClose}>
          <HelpDialog preferences={preferences} onClose={onHelpClose} />
        </Layer>
      ) : null}
    </>
  );
}
