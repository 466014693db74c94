/**
 * The API inside Vite's own server, for `npm run dev` and `vite preview`: the same handler as in production.
 * Vite serves the page there, with its own headers; only built pages run under ours.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app';
import { readCommandLine } from './command-line';
import { openAnswers } from './open-answers';
import { openAudit } from './open-audit';
import { type PageFiles, readPageFiles } from './page-files';
import { hostNames } from './run';

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** `args` as on Shoal's command line, parted by spaces; where to listen is Vite's business. Rejects on a mistake. */
export async function createDevListener(args: string, pageFolder?: string): Promise<Listener> {
  const line = readCommandLine(args.split(/\s+/).filter((arg) => arg !== ''));
  if (line.kind !== 'run')
    throw new Error(line.kind === 'mistake' ? line.message : `SHOAL_ARGS asks for ${line.kind}.`);
  const { options } = line;
  const audit = await openAudit(options);
  const { answers, ...inventory } = await openAnswers(options, { env: process.env, warn: console.warn });
  const page: PageFiles = pageFolder === undefined ? new Map() : readPageFiles(pageFolder);
  const app = createApp({
    answers,
    page,
    hosts: hostNames(options),
    ...inventory,
    ...(audit === undefined ? {} : { audit }),
  });
  return getRequestListener(app.fetch, { overrideGlobalObjects: false }) as Listener;
}
