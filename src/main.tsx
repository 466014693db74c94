/**
 * Composition root of the page: makes the parts with a lifetime, hands them to React, publishes `window.shoal`.
 */
import './ui/styles/tokens.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from 'react-error-boundary';
import { createBackstage } from './backstage/backstage';
import type { Receipt } from './backstage/messages';
import type { Snapshot } from './share/snapshot';
import { SNAPSHOT_ID } from './share/snapshot-id';
import { apiBaseOf } from './ui/api-base';
import { App } from './ui/app';
import { createIdle } from './ui/idle';
import { PageBroke } from './ui/states';
import { storageOf } from './ui/storage';
import { createTrustedUrls } from './ui/trusted-urls';
import { createPreferences } from './view/preferences';
import { createUrlSync } from './view/url-sync';
import { createViewStore } from './view/view-state';
import { readView } from './view/view-url';

async function start(snapshot?: Snapshot, files: File[] = []): Promise<void> {
  const { view, dropped } = readView(window.location.search || (snapshot?.search ?? ''));
  const store = createViewStore(view);
  const preferences = createPreferences(storageOf(window, 'localStorage'));
  const idle = createIdle(() => store.getState());
  Object.defineProperty(window, 'shoal', { value: idle.face, writable: false });

  const backstage = createBackstage({
    apiBase: apiBaseOf(document),
    policy: createTrustedUrls(),
    storage: storageOf(window),
    ...(snapshot?.placements === undefined ? {} : { placements: snapshot.placements }),
    onBusy: (busy) => idle.busy('backstage', busy),
  });
  if (files.length > 0) await backstage.openFiles(files);
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // Each failure is shown at once, and the next poll is the retry; hiding it for three tries helps nobody.
        retry: false,
        // Structural sharing matches rows by index: one row inserted on top kept nothing (DESIGN §8).
        structuralSharing: false,
        // A port-forward on this machine works without the internet.
        networkMode: 'always',
        // Flows stay backstage, which keeps a few answers: going back to an earlier filter within a minute is instant.
        gcTime: 60_000,
      },
    },
  });

  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  const droppedListeners = new Set<(next: typeof dropped) => void>();
  const sync = createUrlSync(store, window, (next) => {
    for (const listener of droppedListeners) listener(next);
  });
  if (snapshot === undefined && window.parent !== window) {
    idle.busy('embedding', true);
    const embedding = import('./ui/embedding').then(({ startEmbedding }) => {
      const polls = () => queries.getQueriesData<{ poll: Receipt }>({ queryKey: ['flows'] });
      startEmbedding({
        store,
        backstage,
        refresh: () =>
          void queries.refetchQueries({ queryKey: ['flows'], type: 'active' }, { cancelRefetch: false }),
        publicUrl: () => polls().find(([, data]) => data?.poll.publicUrl !== undefined)?.[1]?.poll.publicUrl,
      });
    });
    // Without it the host hears nothing; the page is the same.
    void embedding.catch(() => undefined).finally(() => idle.busy('embedding', false));
  }
  createRoot(root).render(
    <ErrorBoundary FallbackComponent={PageBroke}>
      <QueryClientProvider client={queries}>
        <App
          store={store}
          preferences={preferences}
          backstage={backstage}
          isSnapshot={snapshot !== undefined}
          amend={sync.amend}
          idle={idle}
          dropped={dropped}
          onDropped={(listener) => {
            droppedListeners.add(listener);
            return () => droppedListeners.delete(listener);
          }}
        />
      </QueryClientProvider>
    </ErrorBoundary>,
  );
}

/** Its placements, and what it looked at, are there from the start; its samples are opened as files are. */
async function startSnapshot(text: string): Promise<void> {
  const { filesOf, readSnapshot } = await import('./share/snapshot');
  const snapshot = readSnapshot(text);
  await start(snapshot, snapshot === undefined ? [] : filesOf(snapshot));
}

const held = document.getElementById(SNAPSHOT_ID)?.textContent;
void (held === undefined ? start() : startSnapshot(held));
