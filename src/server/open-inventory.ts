/**
 * The inventory that `--inventory` names: files, the cluster we run in, or a Kubernetes API that `kubectl proxy` opens.
 * Knows which is which; leaves reading each to sources/inventory.ts and cluster-inventory.ts.
 */
import { type Inventory, mergeInventories, readInventory } from '../sources/inventory';
import { CannotStart, messageOf, readGiven } from './cannot-start';
import { type ClusterInventory, createClusterInventory } from './cluster-inventory';
import { inClusterAccess, type KubeAccess } from './kube-api';

export interface OpenInventory {
  /** Undefined while a cluster's is not known. */
  now(): Inventory | undefined;
  /** Resolves when everything was read that can be. */
  settled: Promise<void>;
  destroy(): void;
}

interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  warn: (line: string) => void;
}

/** `cluster`, a URL, or undefined for a file. Throws CannotStart for a URL that cannot be used. */
function accessOf(name: string, env: Surroundings['env']): KubeAccess | undefined {
  if (name === 'cluster') return inClusterAccess(env);
  if (!/^https?:\/\//i.test(name)) return undefined;
  const url = URL.canParse(name) ? new URL(name) : undefined;
  if (url === undefined || url.username + url.password + url.search + url.hash !== '') {
    throw new CannotStart(
      '--inventory takes a plain URL such as http://127.0.0.1:8001, without credentials.',
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return { url };
}

/** Undefined where nothing was named. Of what several name alike, the last one counts. Rejects with CannotStart. */
export async function openInventory(
  names: readonly string[],
  { env, warn }: Surroundings,
): Promise<OpenInventory | undefined> {
  if (names.length === 0) return undefined;
  const parts = names.map((name) => ({ name, access: accessOf(name, env) }));
  const files = parts.filter(({ access }) => access === undefined);
  const fromFiles = mergeInventories(await Promise.all(files.map(({ name }) => readInventoryFile(name))));
  const clusters = parts.flatMap(({ access }) =>
    access === undefined ? [] : [createClusterInventory(access, warn)],
  );
  return {
    now: merging(files.length === 0 ? [] : [fromFiles], clusters),
    settled: Promise.all(clusters.map(({ settled }) => settled)).then(() => undefined),
    destroy() {
      for (const cluster of clusters) cluster.destroy();
    },
  };
}

/** All parts as one, made anew only when one of them changed: whoever remembers by identity goes on remembering. */
function merging(
  files: readonly Inventory[],
  clusters: readonly ClusterInventory[],
): () => Inventory | undefined {
  let parts: readonly Inventory[] = [];
  let merged: Inventory | undefined;
  return () => {
    const living = clusters.flatMap((cluster) => cluster.now() ?? []);
    // The files alone would pass for the whole.
    if (living.length < clusters.length) return undefined;
    const next = [...files, ...living];
    if (next.length !== parts.length || next.some((part, i) => part !== parts[i])) {
      parts = next;
      merged = next.length === 1 ? next[0] : mergeInventories(next);
    }
    return merged;
  };
}

async function readInventoryFile(path: string): Promise<Inventory> {
  const text = await readGiven(path);
  try {
    return readInventory(JSON.parse(text));
  } catch (error) {
    throw new CannotStart(`${path}: ${messageOf(error)}`);
  }
}
