/**
 * The controls over the map: map or table, level, what is left out, find. Says at which level `auto` arrived.
 */
import { useStore } from 'zustand';
import type { Stage } from '../backstage/backstage';
import { type Bytes, formatBytes } from '../flows/units';
import { DEPTHS, focusOn, LEVELS, VIEWS, type ViewStore } from '../view/view-state';
import { FindBox } from './find-box';
import css from './view-bar.module.css';

/** From "everything" to "only what matters for a bill": decades of bytes. */
const THRESHOLDS = [0, 1024, 10 * 1024, 102_400, 1_048_576, 10_485_760, 104_857_600];

export function ViewBar({ store, stage }: { store: ViewStore; stage: Stage | undefined }) {
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
            {name === 'map' ? 'Map' : 'Table'}
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
          {DEPTHS.map((depth) => (
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
            Leave focus
          </button>
        </div>
      )}
      <div className={css.right}>
        <label className={css.select}>
          <span className="visually-hidden">Hide links below</span>
          <select value={view.min} onChange={(event) => store.setState({ min: Number(event.target.value) })}>
            {[...new Set([...THRESHOLDS, view.min])]
              .sort((a, b) => a - b)
              .map((min) => (
                <option key={min} value={min}>
                  {min === 0 ? 'All sizes' : `≥ ${formatBytes(min as Bytes)}`}
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
}

const capital = (word: string): string => word[0]?.toUpperCase() + word.slice(1);
const autoLabel = (level: string | undefined): string => (level === undefined ? 'Auto' : `Auto · ${level}`);
