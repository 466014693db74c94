/** Says loudly that what is shown is not the present, and leads back to it. */
import { History } from 'lucide-react';
import type { ShownMoment, Timeline } from '../../backstage/times';
import { formatAge, formatClock } from '../../flows/units';
import { compareWith, goTo, type ViewStore } from '../../view/view-state';
import css from './not-live.module.css';

interface NotLiveProps {
  store: ViewStore;
  moment: ShownMoment;
  history: Timeline | undefined;
  /** When the newest sample was taken; ms since 1970. */
  newestMs: number | undefined;
  /** Flows come from opened files: the newest moment is their last, and nothing is live. */
  isOpened: boolean;
}

/** Back to the present, beside the moment that was shown. */
function compareNow(store: ViewStore, { atMs, epoch }: ShownMoment): void {
  goTo(store, undefined);
  compareWith(store, { atMs, epoch });
}

export function NotLive({ store, moment, history, newestMs, isOpened }: NotLiveProps) {
  const { atMs, isPast, isOther } = moment;
  const first = history?.points[0]?.atMs;
  return (
    <div className={css.notLive} role="status" data-not-live>
      <History size={16} aria-hidden="true" />
      <p>
        <strong>
          {!isPast ? 'Not the moment asked for' : isOpened ? 'An earlier moment' : 'Not live'}:{' '}
          {formatClock(atMs)} UTC
        </strong>
        {isPast && newestMs !== undefined && newestMs > atMs
          ? `, ${formatAge(newestMs - atMs)} before the ${isOpened ? 'last' : 'newest'}`
          : ''}
        .
        {isOther
          ? isPast
            ? ` The moment asked for is not kept${first === undefined ? '' : `: history begins at ${formatClock(first)}`}. This is the nearest.`
            : ' No history is kept of answers this large: this is the present.'
          : ''}
      </p>
      {isPast ? (
        <button type="button" onClick={() => compareNow(store, moment)}>
          {isOpened ? 'Compare with the last' : 'Compare with now'}
        </button>
      ) : null}
      <button type="button" onClick={() => goTo(store, undefined)}>
        {isOpened ? 'To the last moment' : 'Back to live'}
      </button>
    </div>
  );
}
