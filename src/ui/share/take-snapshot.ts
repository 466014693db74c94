/**
 * A snapshot of what is looked at: fetches the page as one file and puts into it the samples, the inventory, the view
 * and where everything stands. Loaded when somebody shares.
 */
import type { Backstage } from '../../backstage/backstage';
import type { Level } from '../../flows/flow';
import { writeSnapshot } from '../../share/snapshot';
import type { ViewState } from '../../view/view-state';
import { writeView } from '../../view/view-url';

/** Of what, beside the flows. */
export interface SnapshotOf {
  view: ViewState;
  /** The level on the map, whatever chose it. */
  level: Level;
  source: string | undefined;
  /** Where the server tells of pods and zones, if it does. */
  inventoryUrl: string | undefined;
}

/** Rejects with a sentence for the reader where it cannot be made. */
export async function takeSnapshot(backstage: Backstage, of: SnapshotOf, redact: boolean): Promise<Blob> {
  const [template, recording, inventory] = await Promise.all([
    fetchTemplate(),
    backstage.ask('recording', { redact }),
    redact ? undefined : fetchInventory(of.inventoryUrl),
  ]);
  if (recording === undefined) throw new Error('There are no samples to put into a snapshot yet.');
  const placements = redact ? undefined : backstage.placements();
  return writeSnapshot(template, {
    // The page that shows it says "recording" before it.
    name: redact ? 'redacted' : (of.source ?? 'snapshot').replace(/^recording /, ''),
    search: writeView(redact ? withoutNames(of) : shownView(of)),
    recording,
    ...(placements === undefined ? {} : { placements }),
    ...(inventory === undefined ? {} : { inventory }),
  });
}

/** Epochs are the server's own: within a file a time is enough. */
function shownView({ view: { at, compare, ...view }, level }: SnapshotOf): ViewState {
  return {
    ...view,
    level: view.query.aggregate === undefined ? level : view.level,
    ...(at === undefined ? {} : { at: { atMs: at.atMs } }),
    ...(compare === undefined ? {} : { compare: { atMs: compare.atMs } }),
  };
}

/** What is selected, focused, opened, asked and filtered by is told by names; the samples are filtered already. */
function withoutNames(of: SnapshotOf): ViewState {
  const { peer: _peer, link: _link, focus: _focus, path: _path, ask: _ask, ...view } = shownView(of);
  const { aggregate, l4proto } = view.query;
  return {
    ...view,
    expand: [],
    query: {
      ...(aggregate === undefined ? {} : { aggregate }),
      ...(l4proto === undefined ? {} : { l4proto }),
    },
  };
}

async function fetchTemplate(): Promise<string> {
  const response = await fetch(new URL('snapshot.txt', document.baseURI), { redirect: 'manual' });
  if (!response.ok) throw new Error('The server does not have what a snapshot is made of.');
  return response.text();
}

/** A snapshot without zones is a snapshot all the same. */
async function fetchInventory(url: string | undefined): Promise<Blob | undefined> {
  if (url === undefined) return undefined;
  try {
    const response = await fetch(url, { redirect: 'manual' });
    if (!response.ok || response.body === null) return undefined;
    return await new Response(response.body.pipeThrough(new CompressionStream('gzip'))).blob();
  } catch {
    return undefined;
  }
}
