/** What stands where there is nothing to draw, and whose fault that is. Loaded when it is needed. */
import { useStore } from 'zustand';
import { PARAMETERS, type Parameter } from '../flows/query';
import { formatCount } from '../flows/units';
import type { Summary } from '../flows/wire';
import { focusOn, hideBelow, setQuery, type ViewStore } from '../view/view-state';
import css from './states.module.css';

/** Filters that can hide flows; format, aggregate and limit cannot. */
const GUILTY: readonly Parameter[] = ['ns', 'pod', 'svc', 'ip', 'l4proto'];

/** The answer has flows, but what the reader chose to see leaves none of them. */
export function AllHidden({ store, flows }: { store: ViewStore; flows: number }) {
  return (
    <div className={css.state} role="status" data-state="all-hidden">
      <h2>Nothing is left to show</h2>
      <p>{formatCount(flows)} flows came, and what you chose to see hides all of them.</p>
      <p className={css.actions}>
        <button
          type="button"
          onClick={() => {
            focusOn(store, undefined);
            hideBelow(store, 0);
            store.setState({ problems: false, hide: 'auto' });
          }}
        >
          Show all
        </button>
      </p>
    </div>
  );
}

interface EmptyStateProps {
  store: ViewStore;
  summary: Summary | undefined;
  /** Rows that came but could not be read. */
  unreadable: number;
}

export function EmptyState({ store, summary, unreadable }: EmptyStateProps) {
  const query = useStore(store, (view) => view.query);
  const active = PARAMETERS.filter(
    (parameter) => GUILTY.includes(parameter) && query[parameter] !== undefined,
  );
  const clear = (gone: readonly Parameter[]) => {
    setQuery(
      store,
      Object.fromEntries(Object.entries(query).filter(([key]) => !gone.some((name) => name === key))),
    );
  };
  if (unreadable > 0) {
    return (
      <div className={css.state} role="status" data-state="empty">
        <h2>No row could be read</h2>
        <p>{formatCount(unreadable)} rows came and none is a flow. Is this really Kubeshark's /mcp/flows?</p>
      </div>
    );
  }
  if (active.length === 0 && (summary?.totalFlows ?? 0) > 0) {
    return (
      <div className={css.state} role="status" data-state="empty">
        <h2>No flows came</h2>
        <p>
          No filter is set, and the summary reports {formatCount(summary?.totalFlows)} flows, yet the list is
          empty. The next poll tells whether that lasts.
        </p>
      </div>
    );
  }
  if (active.length === 0) {
    return (
      <div className={css.state} role="status" data-state="empty">
        <h2>No flows</h2>
        <p>
          The cluster reports no L4 flows at this moment and no filter is set. Either nothing is talking, or
          the sensors have not started: check that Kubeshark's workers are running.
        </p>
      </div>
    );
  }
  const [only] = active;
  return (
    <div className={css.state} role="status" data-state="empty">
      <h2>No flow matches {active.length === 1 ? 'this filter' : 'these filters'}</h2>
      <p>
        {active.map((parameter, index) => (
          <span key={parameter}>
            {index > 0 ? ' and ' : ''}
            <code>
              {parameter}={String(query[parameter])}
            </code>
          </span>
        ))}
        {summary?.totalFlows === undefined
          ? '.'
          : `, while the cluster reports ${formatCount(summary.totalFlows)} flows.`}
      </p>
      <p className={css.actions}>
        {active.length === 1 && only !== undefined ? (
          <button type="button" onClick={() => clear([only])}>
            Clear {only}
          </button>
        ) : (
          <>
            {active.map((parameter) => (
              <button key={parameter} type="button" onClick={() => clear([parameter])}>
                Clear {parameter}
              </button>
            ))}
            <button type="button" onClick={() => clear(active)}>
              Clear all filters
            </button>
          </>
        )}
      </p>
    </div>
  );
}
