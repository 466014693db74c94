/**
 * Lines appended to a file, one after the other, while the server goes on serving.
 */
import { open } from 'node:fs/promises';
import type { LineWriter } from './recorder';

/**
 * Opens (or creates) `path` for appending; rejects when that is not possible. A later failure, such as a full disk,
 * is told once to `onFailure`, and nothing more is written.
 */
export async function createLineFile(path: string, onFailure: (error: unknown) => void): Promise<LineWriter> {
  const file = await open(path, 'a');
  let writing: Promise<unknown> = Promise.resolve();
  let failed = false;
  return {
    write(line) {
      writing = writing.then(async () => {
        if (failed) return;
        try {
          await file.appendFile(`${line}\n`);
        } catch (error) {
          failed = true;
          onFailure(error);
        }
      });
    },
    async close() {
      await writing;
      await file.close();
    },
  };
}
