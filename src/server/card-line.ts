/**
 * The command line of `shoal card`: what is wanted of which map, and the sentence for what cannot be. Pure; what it
 * leaves unread (where flows come from) is the program's own command line.
 */

import type { ViewState } from '../view/view-state';
import { type DroppedValue, readView } from '../view/view-url';
import { type CommandLine, type Options, readCommandLine } from './command-line';

export interface CardWanted {
  options: Options;
  view: ViewState;
  as: 'json' | 'markdown' | 'svg' | 'png';
  /** Where it goes; without it text is printed. A picture always has one. */
  output?: string;
  theme: 'light' | 'dark';
  /** Device px. */
  widthPx?: number;
  redact: boolean;
}

export type CardLine = { kind: 'card'; wanted: CardWanted } | Exclude<CommandLine, { kind: 'run' }>;

export const CARD_HELP = `Usage: shoal card [SOURCE] [--query TEXT] (-o FILE.png | -o FILE.svg | --json | --markdown)

What a map says, for a chat channel, a ticket or a program.

  SOURCE                   --hub URL, --recording FILE|lab, --pcap FILE..., --simulate, and what goes with
                           them, as shoal --help has it
  --query TEXT             what follows the ? in the page's address, or a whole link:
                           "ns=shop&aggregate=service", "level=service&problems=1"
  -o, --output FILE        .png or .svg is drawn by a Chromium that is installed, through playwright-core;
                           with --json or --markdown, where the text goes instead of stdout
  --json                   the whole report; needs no browser
  --markdown               summary, top links, problems, traffic across namespaces; needs no browser
  --theme light|dark       of the picture (default light)
  --size PX                its width, from 3200 to 8000 (default 3200)
  --redact                 pseudonyms instead of names and addresses, and no link

Exit codes: 0 done, 1 the source does not answer, 2 misspelt, or no browser to draw with.
`;

class Mistake extends Error {}

const VALUED = {
  '--query': 'query',
  '-o': 'output',
  '--output': 'output',
  '--theme': 'theme',
  '--size': 'size',
} as const;
const FLAGS = ['--json', '--markdown', '--redact'] as const;

/** Reads the arguments after `card`. The last of repeated options counts. */
export function readCardLine(args: readonly string[]): CardLine {
  const given: Partial<Record<(typeof VALUED)[keyof typeof VALUED], string>> = {};
  const flags = new Set<string>();
  const rest: string[] = [];
  try {
    const left = [...args];
    for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
      const [name = '', ...inline] = arg.startsWith('--') ? arg.split('=') : [arg];
      if (name === '--help' || name === '-h') return { kind: 'help' };
      if (FLAGS.some((flag) => flag === name)) {
        if (inline.length > 0) throw new Mistake(`${name} takes no value.`);
        flags.add(name);
      } else if (isValued(name)) {
        const value = inline.length > 0 ? inline.join('=') : left.shift();
        if (value === undefined || value === '') throw new Mistake(`${name} needs a value.`);
        given[VALUED[name]] = value;
      } else rest.push(arg);
    }
    const line = readCommandLine(rest);
    if (line.kind !== 'run') return line;
    const { output, size } = given;
    const view = readQueryText(given.query ?? '');
    return {
      kind: 'card',
      wanted: {
        options: line.options,
        view,
        as: kindOf(flags, output),
        ...(output === undefined ? {} : { output }),
        theme: readTheme(given.theme ?? (view.theme === 'dark' ? 'dark' : 'light')),
        ...(size === undefined ? {} : { widthPx: readSize(size) }),
        redact: flags.has('--redact'),
      },
    };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { kind: 'mistake', message: `${error.message} Run shoal card --help to see what there is.` };
  }
}

const isValued = (name: string): name is keyof typeof VALUED => Object.hasOwn(VALUED, name);

function kindOf(flags: ReadonlySet<string>, output: string | undefined): CardWanted['as'] {
  if (flags.has('--json') && flags.has('--markdown'))
    throw new Mistake('Choose between --json and --markdown.');
  if (flags.has('--json')) return 'json';
  if (flags.has('--markdown')) return 'markdown';
  if (output === undefined)
    throw new Mistake('Say what to make: -o FILE.png, -o FILE.svg, --json or --markdown.');
  if (/\.svg$/i.test(output)) return 'svg';
  if (/\.png$/i.test(output)) return 'png';
  throw new Mistake(
    `${JSON.stringify(output)} must end in .png or .svg, unless --json or --markdown is asked for.`,
  );
}

function readQueryText(text: string): ViewState {
  const search = /^https?:\/\//.test(text) ? text.replace(/^[^?#]*/, '').replace(/#.*$/, '') : text;
  const { view, dropped } = readView(search);
  if (dropped.length > 0) throw new Mistake(dropped.map(({ message }: DroppedValue) => message).join(' '));
  if (view.query.format === 'raw')
    throw new Mistake('Raw rows have no public layout: of format=raw no map can be made.');
  return view;
}

function readTheme(text: string): 'light' | 'dark' {
  if (text === 'light' || text === 'dark') return text;
  throw new Mistake(`--theme must be light or dark, not ${JSON.stringify(text)}.`);
}

function readSize(text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new Mistake(`--size must be a number of px, not ${JSON.stringify(text)}.`);
  return Number(text);
}
