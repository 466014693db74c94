/**
 * What the reader must know before trusting the page: failure, staleness, partial data, values that were not used.
 * One line a notice, cause first, then what to do.
 */
import { TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { withoutDefaults, writeQuery } from '../flows/query';
import { formatAge, formatCount } from '../flows/units';
import type { Coverage } from '../graph/focus';
import { CAUSE_TITLE } from '../live/problem';
import { setQuery, type ViewStore } from '../view/view-state';
import type { DroppedValue } from '../view/view-url';
import css from './notices.module.css';
import type { Flows } from './use-flows';
import { useNow } from './use-now';
import { useWaiting } from './waiting';

type Counts = NonNullable<Flows['poll']>['counts'];

interface NoticesProps {
  store: ViewStore;
  flows: Flows;
  /** Counts of the moment that is shown, if that is not the present. */
  past: Coverage | undefined;
  dropped: DroppedValue[];
  onDismissDropped(): void;
  /** Why a file that was dropped on the page could not be used. */
  refused: string | undefined;
  onDismissRefused(): void;
}

/**
 * Why nothing fresh comes. Over the map it floats, so that an outage moves nothing of the last good picture; over a
 * table, or where there is no picture to keep, it stands above.
 */
export function ProblemNotice({
  store,
  flows,
  floating,
}: {
  store: ViewStore;
  flows: Flows;
  floating: boolean;
}) {
  const { poll, problem, pollQuery } = flows;
  if (problem === undefined) return null;
  const query = store.getState().query;
  const otherFilters =
    pollQuery !== undefined && writeQuery(pollQuery).toString() !== writeQuery(query).toString();
  return (
    <div className={floating ? css.floating : undefined} data-floating={floating || undefined}>
      <Notice tone="bad" alert>
        <strong>{CAUSE_TITLE[problem.cause]}.</strong> {problem.sentence}{' '}
        {poll === undefined ? null : <Aged receivedMs={poll.receivedMs} otherFilters={otherFilters} />}
        <TryNow flows={flows} />
      </Notice>
    </div>
  );
}

function TryNow({ flows: { refresh, waiting } }: { flows: Flows }) {
  return (
    <button type="button" onClick={refresh} disabled={useWaiting(waiting) !== undefined}>
      Try now
    </button>
  );
}

export function Notices(props: NoticesProps) {
  const { store, flows, past, dropped, onDismissDropped, refused, onDismissRefused } = props;
  const { poll } = flows;
  const counts: Counts | undefined =
    past === undefined ? poll?.counts : { ...past, rejects: { count: past.rejected } };
  const came = counts === undefined ? poll?.raw?.rows.length : counts.flows;
  const whole = counts ?? poll?.raw;
  const rejects = whole?.rejects;
  const query = store.getState().query;
  return (
    <div className={css.notices}>
      {refused === undefined ? null : (
        <Notice tone="bad" alert>
          <strong>The file was not used.</strong> <bdi>{refused}</bdi>
          <button type="button" onClick={onDismissRefused} aria-label="Dismiss">
            <X size={14} aria-hidden="true" />
          </button>
        </Notice>
      )}
      {dropped.length === 0 ? null : (
        <Notice tone="warn">
          <strong>Not used from the URL:</strong> {dropped.map(({ message }) => message).join(' ')}
          <button type="button" onClick={onDismissDropped} aria-label="Dismiss">
            <X size={14} aria-hidden="true" />
          </button>
        </Notice>
      )}
      {whole?.truncated === true ? (
        <Notice tone="warn">
          <strong>Partial.</strong> {formatCount(came)} of {formatCount(whole.total)} matching flows came;
          which ones is up to the server, so nothing here is a top list of the cluster.
          <button
            type="button"
            onClick={() => setQuery(store, withoutDefaults({ ...query, limit: nextLimit(whole.total) }))}
          >
            Ask for {formatCount(nextLimit(whole.total))}
          </button>
        </Notice>
      ) : null}
      {rejects === undefined || rejects.count === 0 ? null : (
        <Notice tone="warn">
          <strong>{formatCount(rejects.count)} rows could not be read</strong> and are left out
          {rejects.example === undefined
            ? ''
            : ` (row ${rejects.example.row + 1}: ${rejects.example.reason})`}
          .
        </Notice>
      )}
      {poll?.summaryProblem === undefined ? null : (
        <Notice tone="warn">
          <strong>No summary.</strong> {poll.summaryProblem.sentence}
        </Notice>
      )}
    </div>
  );
}

/** Room for the cluster to grow while one looks: the next power of ten above. */
const nextLimit = (total: number): number => 10 ** Math.ceil(Math.log10(total + 1));

function Aged({ receivedMs, otherFilters }: { receivedMs: number; otherFilters: boolean }) {
  const age = formatAge(useNow() - receivedMs);
  return (
    <span>
      Shown is the last good answer<span aria-hidden="true">, {age} old</span>
      {otherFilters ? ', with the filters it was asked with' : ''}.
    </span>
  );
}

function Notice({
  tone,
  alert = false,
  children,
}: {
  tone: 'bad' | 'warn';
  alert?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={css.notice} data-tone={tone} role={alert ? 'alert' : 'status'}>
      <TriangleAlert size={15} aria-hidden="true" />
      <p>{children}</p>
    </div>
  );
}
