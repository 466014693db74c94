/** What stands where a map cannot: loading, a region that broke. Nothing to show is empty-state's. */
import { useEffect } from 'react';
import type { FallbackProps } from 'react-error-boundary';
import { formatAge } from '../flows/units';
import type { Idle } from './idle';
import css from './states.module.css';
import { useNow } from './use-now';
import { useWaiting, type Waiting } from './waiting';

function LoadingState({ what, sinceMs }: { what: string; sinceMs?: number | undefined }) {
  const now = useNow();
  const waited = sinceMs === undefined ? 0 : now - sinceMs;
  return (
    <div className={css.state} role="status" data-state="loading">
      <div className={css.spinner} aria-hidden="true" />
      <p>
        {waited < 3000
          ? `Loading ${what}…`
          : `Waiting ${formatAge(waited)} for ${what}. Answers can take several seconds.`}
      </p>
    </div>
  );
}

/** Before the first answer. */
export function AwaitingFlows({ waiting }: { waiting: Waiting }) {
  return <LoadingState what="flows" sinceMs={useWaiting(waiting)} />;
}

/** Stands in for a part whose code is still loading, and keeps the page from calling itself idle. */
export function Pending({ idle, what }: { idle: Idle; what: string }) {
  useEffect(() => {
    idle.busy(`loading ${what}`, true);
    return () => idle.busy(`loading ${what}`, false);
  }, [idle, what]);
  return <LoadingState what={`the ${what}`} />;
}

/** Hands a failure that was told from elsewhere to the boundary of its region. */
export function Broken({ message }: { message: string }): never {
  throw new Error(message);
}

export function RegionBroke({ error, resetErrorBoundary }: FallbackProps) {
  return (
    <div className={css.state} role="alert">
      <h2>This part of the page broke</h2>
      <p>
        The rest still works. <code>{error instanceof Error ? error.message : String(error)}</code>
      </p>
      <p className={css.actions}>
        <button type="button" onClick={resetErrorBoundary}>
          Try again
        </button>
      </p>
    </div>
  );
}
