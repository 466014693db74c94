/**
 * The built page, held in memory: what is not in this map does not exist, so no path can climb out of the folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { type Body, createBody } from './body';

interface PageFile {
  body: Body;
  type: string;
  cacheControl: string;
}

/** By path below the base path, without a leading slash: `index.html`, `assets/main-Bx2f.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.gz': 'application/gzip',
};

// Vite puts a hash of the content in these names, so a name never means other bytes.
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/;

/** Reads a folder at start. A folder that is not there gives an empty map. */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return files;
    throw error;
  }
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    files.set(path, {
      body: createBody(readFileSync(file)),
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      cacheControl: HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  }
  return files;
}

const list = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true });
