/**
 * Where stage, legend and panel stand: beside each other with a line to drag between them, under each other on a narrow
 * page, and inside another page the stage alone until the panel is asked for. Knows places, not what stands there.
 */
import { MoveHorizontal } from 'lucide-react';
import { createContext, memo, type ReactNode, use, useRef } from 'react';
import { Group, Panel, type PanelImperativeHandle, Separator } from 'react-resizable-panels';
import type { Picture } from '../graph/marks';
import type { Theme } from '../graph/palette';
import type { ViewState, ViewStore } from '../view/view-state';
import css from './app.module.css';
import { Glyph } from './glyph';
import { part } from './part';
import { Detail } from './states';

const StageLegend = part(() => import('./legend').then((module) => module.StageLegend));

interface ArrangementProps {
  store: ViewStore;
  view: ViewState;
  /** What is drawn; the legend follows it. */
  picture: Picture | undefined;
  theme: Theme;
  isNarrow: boolean;
  stage: ReactNode;
  side: ReactNode;
}

/** What a click makes of the panel's width, percent of the page: the next wider one, or the first again. */
const WIDTHS = [30, 45, 60] as const;
/** Widths are rounded to px: this near to one is that one, percent. */
const NEAR = 2;

export function Arrangement({ store, view, picture, theme, isNarrow, stage, side }: ArrangementProps) {
  const hasLegend = isNarrow && view.view === 'map' && !(view.embed && view.without.includes('legend'));
  const legend = hasLegend ? (
    // Its room is kept: what comes after the map was laid out must not take from the map's.
    <Detail keys={[]} data={[picture]} pending={<div className={css.legendRoom} />}>
      <StageLegend store={store} theme={theme} picture={picture} />
    </Detail>
  ) : null;
  // What scrolls tells a framing page how high it would like to be.
  if (view.embed)
    return (
      <div className={css.embedded} data-scrolls>
        {stage}
        {legend}
        {asksForPanel(view) ? <div className={css.sidePanel}>{side}</div> : null}
      </div>
    );
  if (isNarrow)
    return (
      <div className={css.narrow}>
        {stage}
        {legend}
        <div className={css.sidePanel}>{side}</div>
      </div>
    );
  return (
    <Beside value={{ stage, side }}>
      <Columns />
    </Beside>
  );
}

/** What stands in the columns. Told around them: a poll changes it, and has no business with their widths. */
const Beside = createContext<Pick<ArrangementProps, 'stage' | 'side'>>({ stage: null, side: null });
const StageColumn = () => use(Beside).stage;
const SideColumn = () => use(Beside).side;

const Columns = memo(function Columns() {
  const panel = useRef<PanelImperativeHandle>(null);
  return (
    <Group className={css.middle} orientation="horizontal" id="middle">
      <Panel id="stage" minSize="320px" className={css.stagePanel}>
        <StageColumn />
      </Panel>
      <Separator className={css.separator} aria-label="Resize the side panel" />
      <Panel
        id="side"
        panelRef={panel}
        defaultSize={`${WIDTHS[0]}%`}
        minSize="280px"
        maxSize="60%"
        className={css.sidePanel}
      >
        <SideColumn />
        {/* For those who cannot drag the line. */}
        <button
          type="button"
          className={css.width}
          aria-label="Change the width of the panel"
          title="Change the width of the panel"
          onClick={() => {
            const now = panel.current?.getSize().asPercentage ?? 0;
            panel.current?.resize(`${WIDTHS.find((width) => width > now + NEAR) ?? WIDTHS[0]}%`);
          }}
        >
          <Glyph of={MoveHorizontal} size={15} />
        </button>
      </Panel>
    </Group>
  );
});

/** In a frame there is no panel until something is in it that was asked for. */
const asksForPanel = ({ without, peer, link, ask, panel }: ViewState): boolean =>
  !without.includes('panel') && (panel !== 'summary' || [peer, link, ask].some((one) => one !== undefined));
