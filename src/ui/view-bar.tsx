/**
 * The controls over the map: map or table, level, what is left out, find. Says at which level `auto` arrived.
 */

import { X } from 'lucide-react';
import { memo } from 'react';
import { useStore } from 'zustand';
import type { Stage } from '../backstage/backstage';
import { type Bytes, formatBytes } from '../flows/units';
import { isFold } from '../graph/folding';
import {
  DEPTHS,
  focusOn,
  hideBelow,
  LEVELS,
  PERCENTILES,
  toggleExpanded,
  VIEWS,
  type ViewStore,
} from '../view/view-state';
import { FindBox } from './find-box';
import { Glyph } from './glyph';
import css from './view-bar.module.css';

/** From "everything" to "only what matters for a bill": decades of bytes. */
const THRESHOLDS = [0, 1024, 10 * 1024, 102_400, 1_048_576, 10_485_760, 104_857_600];

interface ViewBarProps {
  store: ViewStore;
  stage: Stage | undefined;
}

/** Of a stage it needs the level, and the peers that can be found. */
const isSameBar = (before: ViewBarProps, after: ViewBarProps): boolean =>
  before.store === after.store &&
  before.stage?.level === after.stage?.level &&
  before.stage?.picture.peers === after.stage?.picture.peers;

export const ViewBar = memo(function ViewBar({ store, stage }: ViewBarProps) {
  const view = useStore(store);
  const fixed = view.query.aggregate;
  return (
    <div className={css.bar}>
      <div className={css.segments} role="group" aria-label="View">
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={view.view === name}
            onClick={() => store.setState({ view: name })}
          >
            {capital(name)}
          </button>
        ))}
      </div>
      <div
        className={css.segments}
        role="group"
        aria-label="Level"
        title={fixed === undefined ? undefined : `aggregate=${fixed} fixes the level`}
      >
        {LEVELS.map((level) => (
          <button
            key={level}
            type="button"
            disabled={fixed !== undefined}
            aria-pressed={fixed === undefined ? view.level === level : level === fixed}
            onClick={() => store.setState({ level })}
          >
            {level === 'auto'
              ? autoLabel(view.level === 'auto' && fixed === undefined ? stage?.level : undefined)
              : capital(level)}
          </button>
        ))}
      </div>
      {view.focus === undefined ? null : (
        <div className={css.segments} role="group" aria-label="Focus depth">
          {(view.path === undefined ? DEPTHS : []).map((depth) => (
            <button
              key={depth}
              type="button"
              aria-pressed={view.depth === depth}
              onClick={() => store.setState({ depth })}
            >
              {depth === 1 ? 'Depth 1' : depth}
            </button>
          ))}
          <button type="button" onClick={() => focusOn(store, undefined)}>
            {view.path === undefined ? 'Leave focus' : 'Leave path'}
          </button>
        </div>
      )}
      {view.expand.length === 0 ? null : (
        <div className={css.segments} role="group" aria-label="Opened in place">
          {view.expand.slice(0, MOST_CHIPS).map((one) => (
            <button
              key={one}
              type="button"
              title={`Close ${openedName(one)}`}
              aria-label={`Close ${openedName(one)}`}
              onClick={() => toggleExpanded(store, one)}
            >
              <bdi className={css.opened}>{openedName(one)}</bdi> <Glyph of={X} size={12} />
            </button>
          ))}
          {view.expand.length > 1 ? (
            <button type="button" onClick={() => store.setState({ expand: [] })}>
              Close all{view.expand.length > MOST_CHIPS ? ` ${view.expand.length}` : ''}
            </button>
          ) : null}
        </div>
      )}
      <div className={css.right}>
        <label className={css.select}>
          <span className="visually-hidden">Hide links below</span>
          <select
            value={view.percentile === undefined ? view.min : `p${view.percentile}`}
            onChange={(event) => hideBelow(store, readThreshold(event.target.value))}
          >
            {[...new Set([...THRESHOLDS, view.min])]
              .sort((a, b) => a - b)
              .map((min) => (
                <option key={min} value={min}>
                  {min === 0 ? 'All sizes' : `≥ ${formatBytes(min as Bytes)}`}
                </option>
              ))}
            {PERCENTILES.map((percentile) => (
              <option key={percentile} value={`p${percentile}`}>
                heaviest {100 - percentile} %
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className={css.toggle}
          aria-pressed={view.problems}
          title="Only links that are elevated, high or unanswered"
          onClick={() => store.setState({ problems: !view.problems })}
        >
          Only problems
        </button>
        <button
          type="button"
          className={css.toggle}
          aria-pressed={view.hide === 'infra'}
          aria-label="Hide infrastructure"
          title="Hide infrastructure: DNS, kube-system, monitoring, kubelets, Kubeshark itself"
          onClick={() => store.setState({ hide: view.hide === 'infra' ? 'auto' : 'infra' })}
        >
          Hide infra
        </button>
        {view.hide === 'none' ? (
          <button
            type="button"
            className={css.toggle}
            aria-pressed="true"
            onClick={() => store.setState({ hide: 'auto' })}
          >
            Unfolded
          </button>
        ) : null}
        <FindBox store={store} stage={stage} />
      </div>
    </div>
  );
}, isSameBar);

/** More would push the other controls away. */
const MOST_CHIPS = 3;

const openedName = (one: string): string => (isFold(one) ? one.slice(one.indexOf(':') + 1) : one);

function readThreshold(value: string): Parameters<typeof hideBelow>[1] {
  const percentile = PERCENTILES.find((known) => value === `p${known}`);
  return percentile === undefined ? Number(value) : { percentile };
}

const capital = (word: string): string => word[0]?.toUpperCase() + word.slice(1);
const autoLabel = (level: string | undefined): string => (level === undefined ? 'Auto' : `Auto · ${level}`);
