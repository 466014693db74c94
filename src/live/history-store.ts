/**
 * Lines of recordings in the browser's own database, gzipped. Knows IndexedDB; refuses to know what a line says.
 * Every promise here may reject, as storage may be denied, full or cleared under it: the caller lives on without.
 */
import type { HistoryStore } from './keeping';

const DATABASE = 'shoal-history';
const LINES = 'lines';
const BY_SCOPE = 'scope';

interface Entry {
  scope: string;
  atMs: number;
  epoch: string;
  /** Gzipped text: a seventh of it. */
  line: Blob;
}

/** A store of at most `mostLines` lines. Nothing is opened before the first line comes or goes. */
export function createIndexedStore(mostLines: number): HistoryStore {
  let opened: Promise<IDBDatabase> | undefined;
  const database = (): Promise<IDBDatabase> => {
    // In a sandboxed frame even naming indexedDB can throw: inside a promise that is a rejection like any other.
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () =>
        request.result.createObjectStore(LINES, { autoIncrement: true }).createIndex(BY_SCOPE, 'scope');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.onblocked = () => reject(new Error('The database is held by another page.'));
    });
    return opened;
  };

  return {
    async append(scope, { atMs, epoch }, line) {
      // Before the transaction: it would be over when the packing is.
      const entry: Entry = { scope, atMs, epoch, line: await pack(line) };
      const transaction = (await database()).transaction(LINES, 'readwrite');
      const store = transaction.objectStore(LINES);
      store.add(entry);
      const count = store.count();
      count.onsuccess = () => {
        if (count.result <= mostLines) return;
        const oldest = store.getAllKeys(undefined, count.result - mostLines);
        oldest.onsuccess = () => {
          for (const key of oldest.result) store.delete(key);
        };
      };
      await done(transaction);
    },
    async load(scope, sinceMs) {
      const transaction = (await database()).transaction(LINES, 'readonly');
      const request: IDBRequest<Entry[]> = transaction.objectStore(LINES).index(BY_SCOPE).getAll(scope);
      await done(transaction);
      // Two pages may have written side by side, and a recording that loops gives its times again in the next epoch.
      const epochs = [...new Set(request.result.map(({ epoch }) => epoch))];
      const entries = request.result
        .filter(({ atMs }) => atMs >= sinceMs)
        .sort((a, b) => epochs.indexOf(a.epoch) - epochs.indexOf(b.epoch) || a.atMs - b.atMs);
      const lines: string[] = [];
      for (const { line } of entries) lines.push(await unpack(line));
      return lines;
    },
    destroy() {
      opened?.then(
        (db) => db.close(),
        () => undefined,
      );
      opened = undefined;
    },
  };
}

/** A full disk shows when the transaction ends, not when a request is made. */
const done = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });

const pack = (text: string): Promise<Blob> =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob();

const unpack = (packed: Blob): Promise<string> =>
  new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).text();
