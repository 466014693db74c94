/**
 * The program: command line → answers → app → socket, and out again. Everything it needs of the process is handed in.
 */
import { fileURLToPath } from 'node:url';
import { version } from '../../package.json';
import { createApp } from './app';
import { CannotStart } from './cannot-start';
import { makeCard } from './card-command';
import { CARD_HELP, readCardLine } from './card-line';
import { type CommandLine, HELP, type Options, readCommandLine } from './command-line';
import { listen } from './listen';
import { openAnswers } from './open-answers';
import { openAudit } from './open-audit';
import { readPageFiles } from './page-files';

export interface Terminal {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** What is asked for: the ready line, help, version. */
  print: (text: string) => void;
  /** What went wrong. */
  warn: (text: string) => void;
}

export interface Running {
  /** Where the page is. */
  url: string;
  stop(): Promise<void>;
}

/** Starts the server, or says why not and gives the exit code: 0 asked and told, 1 cannot start, 2 misspelt. */
export async function run(terminal: Terminal): Promise<Running | number> {
  const { args, env, print } = terminal;
  if (args[0] === 'card') {
    const line = readCardLine(args.slice(1));
    return line.kind === 'card'
      ? attempt(terminal, (warn) => makeCard(line.wanted, { env, print, warn }))
      : answer(terminal, line, CARD_HELP);
  }
  const line = readCommandLine(args);
  return line.kind === 'run'
    ? attempt(terminal, (warn) => start(line.options, env, print, warn))
    : answer(terminal, line, HELP);
}

type Asked = Exclude<CommandLine, { kind: 'run' }>;

/** What needs no source: the exit code when it is told. */
function answer({ print, warn }: Terminal, asked: Asked, help: string): number {
  if (asked.kind === 'mistake') {
    warn(`shoal: ${asked.message}\n`);
    return 2;
  }
  print(asked.kind === 'help' ? help : `shoal ${version}\n`);
  return 0;
}

async function attempt<Done>(
  { warn }: Terminal,
  make: (warn: (text: string) => void) => Promise<Done>,
): Promise<Done | number> {
  const tell = (text: string) => warn(`shoal: ${text}\n`);
  try {
    return await make(tell);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    tell(error.message);
    return 1;
  }
}

async function start(
  options: Options,
  env: Terminal['env'],
  print: Terminal['print'],
  warn: Terminal['warn'],
): Promise<Running> {
  const audit = await openAudit(options);
  const { answers, ...inventory } = await openAnswers(options, { env, warn });
  const { host, port, basePath, frameAncestors, embedOrigins, publicUrl } = options;
  const app = createApp({
    answers,
    basePath,
    frameAncestors,
    embedOrigins,
    hosts: hostNames(options),
    page: readPageFiles(fileURLToPath(new URL('../page', import.meta.url))),
    version,
    onBug: (error) => warn(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    ...inventory,
    ...(audit === undefined ? {} : { audit }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });
  const listening = await listen(app, host, port).catch(async (error: NodeJS.ErrnoException) => {
    await answers.destroy();
    throw new CannotStart(listenSentence(error, host, port));
  });
  const url = `${listening.origin}${basePath === '/' ? '' : basePath}/`;
  print(`shoal: ${url} (${answers.label})\n`);
  return {
    url,
    async stop() {
      await listening.close();
      await answers.destroy();
    },
  };
}

/** The names the server was given; localhost and IP addresses need none. */
export function hostNames(options: Pick<Options, 'host' | 'publicUrl' | 'allowHosts'>): string[] {
  const { host, publicUrl, allowHosts } = options;
  return [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).host]), ...allowHosts];
}

function listenSentence(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use. Stop what listens there, or give another --port; 0 picks a free one.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Give a --port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine. Check --host.`;
    default:
      return `Cannot listen on ${host}:${port}: ${error.message}`;
  }
}
