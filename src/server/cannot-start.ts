/**
 * Why the program cannot start, in the sentence its reader gets. Knows what the system says of files; refuses to know
 * which file was wanted for what.
 */
import { readFile } from 'node:fs/promises';

/** Something given from outside cannot be used; the message is the sentence for the reader. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

export const FILE_PROBLEMS: Record<string, string> = {
  ENOENT: 'there is no such file or folder.',
  EACCES: 'it may not be opened.',
  EPERM: 'it may not be opened.',
  EISDIR: 'it is a folder.',
  ENOSPC: 'the disk is full.',
};

/** What is wrong with a file, with its path before it. */
export function fileSentence(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return `${path}: ${(code === undefined ? undefined : FILE_PROBLEMS[code]) ?? messageOf(error)}`;
}

/** All of a file that was given. Rejects with CannotStart when it cannot be read. */
export const readGiven = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw new CannotStart(fileSentence(path, error));
  });

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
