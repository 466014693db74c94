/** What stands where a map cannot: loading, a region that broke. Nothing to show is empty-state's. */
import { type ComponentType, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
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
const RegionBroke = (failure: FallbackProps) => <Broke {...failure} as="region" action="Try again" />;

interface BoundaryProps {
  /** A change of one of these shows something else: another try. */
  keys: readonly unknown[];
  /**
   * A change of one of these is another try too, but not for code that did not come: each poll would ask for it, and say
   * again that it did not.
   */
  data: readonly unknown[];
  children: ReactNode;
}

export function Region({ keys, data, children }: BoundaryProps) {
  return (
    <Boundary keys={keys} data={data} fallback={RegionBroke}>
      {children}
    </Boundary>
  );
}

/** Something small within a region: breaking, it takes nothing with it. `pending` stands there while its code is loading. */
export function Detail({ pending = null, children, ...tries }: BoundaryProps & { pending?: ReactNode }) {
  return (
    <Boundary {...tries} fallback={DetailBroke}>
      <Suspense fallback={pending}>{children}</Suspense>
    </Boundary>
  );
}

/** What lies over the page. `onFail` is told when it cannot. */
export function Layer(props: { onClose(): void; onFail?: () => void; children: ReactNode }) {
  const { onClose, onFail, children } = props;
  return (
    <ErrorBoundary FallbackComponent={LayerBroke} onReset={onClose} onError={() => onFail?.()}>
      <Suspense fallback={null}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function Boundary({
  keys,
  data,
  fallback,
  children,
}: BoundaryProps & { fallback: ComponentType<FallbackProps> }) {
  const [isMissing, setMissing] = useState(false);
  const tried = useRef(data);
  if (!isMissing) tried.current = data;
  return (
    <ErrorBoundary
      FallbackComponent={fallback}
      resetKeys={[...keys, ...tried.current]}
      onError={(error) => setMissing(error instanceof MissingPart)}
      onReset={() => setMissing(false)}
    >
      {children}
    </ErrorBoundary>
  );
}

const DetailBroke = (failure: FallbackProps) => <Broke {...failure} as="detail" action="Try again" />;

/** In the place of what would lie over the page, which stays as it is. */
function LayerBroke(failure: FallbackProps) {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    layer.current?.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes it, as it does what it stands for.
    <div
      ref={layer}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        failure.resetErrorBoundary();
      }}
    >
      <Broke {...failure} as="layer" action="Close" />
    </div>
  );
}

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
    <main>
      <div className={css.state} role="alert">
        <h1>The page broke</h1>
        <p>
          Reloading brings it back as its address says. <Cause error={error} />
        </p>
        <p className={css.actions}>
          <button type="button" onClick={() => window.location.reload()}>
            Reload the page
          </button>
        </p>
      </div>
    </main>
  );
}

function Cause({ error }: { error: unknown }) {
  if (error instanceof MissingPart) return NO_PART;
  return <code>{error instanceof Error ? error.message : String(error)}</code>;
}
