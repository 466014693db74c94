/** What stands where a map cannot: loading, a region that broke. Nothing to show is empty-state's. */
import { type ReactNode, Suspense, useEffect } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { formatAge } from '../flows/units';
import type { Idle } from './idle';
import { MissingPart, NO_PART } from './part';
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

/** In the place of a whole region. */
export const RegionBroke = (failure: FallbackProps) => <Broke {...failure} as="region" action="Try again" />;

interface DetailProps {
  /** A change of one of these is another try. */
  resetKeys: unknown[];
  /** Stands there while its code is loading. */
  pending?: ReactNode;
  children: ReactNode;
}

/** Something small within a region: breaking, it takes nothing with it. */
export function Detail({ resetKeys, pending = null, children }: DetailProps) {
  return (
    <ErrorBoundary FallbackComponent={DetailBroke} resetKeys={resetKeys}>
      <Suspense fallback={pending}>{children}</Suspense>
    </ErrorBoundary>
  );
}

const DetailBroke = (failure: FallbackProps) => <Broke {...failure} as="detail" action="Try again" />;

/** In the place of what would lie over the page, which stays as it is. */
export const LayerBroke = (failure: FallbackProps) => <Broke {...failure} as="layer" action="Close" />;

function Broke(props: FallbackProps & { as: 'region' | 'detail' | 'layer'; action: string }) {
  const { error, resetErrorBoundary, as, action } = props;
  useEffect(() => {
    if (error instanceof MissingPart) error.again();
  }, [error]);
  return (
    <div className={as === 'region' ? css.state : css[as]} role="alert">
      <h2>
        {error instanceof MissingPart
          ? 'This part of the page could not be loaded'
          : 'This part of the page broke'}
      </h2>
      <p>
        {as === 'region' ? 'The rest still works. ' : null}
        <Cause error={error} />
      </p>
      <p className={css.actions}>
        <button type="button" onClick={resetErrorBoundary}>
          {action}
        </button>
      </p>
    </div>
  );
}

/** In the place of everything: what no smaller part could catch. */
export function PageBroke({ error }: FallbackProps) {
  return (
    <main className={css.state} role="alert">
      <h1>The page broke</h1>
      <p>
        Reloading brings it back as its address says. <Cause error={error} />
      </p>
      <p className={css.actions}>
        <button type="button" onClick={() => window.location.reload()}>
          Reload the page
        </button>
      </p>
    </main>
  );
}

function Cause({ error }: { error: unknown }) {
  if (error instanceof MissingPart) return NO_PART;
  return <code>{error instanceof Error ? error.message : String(error)}</code>;
}
