/**
 * The command line: what can be asked for, and the sentence for what cannot. Pure; opens no file and no socket.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readPatterns, SENSITIVE_DEFAULT } from '../insight/audit-patterns';
import {
  FEWEST_SERVICES,
  isScenario,
  MOST_SERVICES,
  SCENARIOS,
  type ScenarioName,
} from '../sources/simulated/simulated';
import { framersBeside, readEmbedOrigin } from './embed-origins';
import { MAX_ANSWER_BYTES, readHubUrl } from './hub';

export type SourceChoice =
  | { kind: 'simulated'; scenario?: ScenarioName; seed?: number; services?: number }
  | { kind: 'recording'; file: string; speed: number }
  | { kind: 'pcap'; files: string[]; join: boolean; windowS?: number; speed: number }
  | { kind: 'hub'; url: URL; maxAnswerBytes: number };

export interface Options {
  source: SourceChoice;
  /** Files, `cluster`, URLs. */
  inventory: string[];
  /** The file of links that were found right. */
  baseline?: string;
  /** Namespace patterns; none: the usual ones. */
  sensitive: string[];
  host: string;
  port: number;
  /** `/` or `/name`, never with a slash at the end. */
  basePath: string;
  frameAncestors: string;
  /** Origins whose pages may talk to ours when they frame it. */
  embedOrigins: string[];
  publicUrl?: string;
  /** Besides localhost, IP addresses, `host` and the public URL's. */
  allowHosts: string[];
  record?: string;
}

export type CommandLine =
  | { kind: 'run'; options: Options }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'mistake'; message: string };

export const HELP = `Usage: shoal [options]
       shoal card ...         a map as picture, Markdown or JSON; shoal card --help tells more

Where the flows come from (one of them; the default is --simulate):
  --simulate[=SCENARIO]    a seeded, living cluster; scenarios:
                           ${SCENARIOS.slice(0, 6).join(', ')},
                           ${SCENARIOS.slice(6).join(', ')}
      --seed N             another cluster; the same seed gives the same answers
      --services N         its size, from ${FEWEST_SERVICES} to ${MOST_SERVICES} services
  --recording FILE|lab     replay .jsonl, .jsonl.gz or one /mcp/flows response as .json; lab is shipped
      --speed N            recorded seconds per second (default 1); 0 holds the last poll
  --pcap FILE...           captures (pcap, pcapng, also gzipped), one from each pod or node; shown whole
      --no-join            leave what was captured at both ends as two flows
      --window SECONDS     handshake percentiles over so long (default: over the whole capture)
      --speed N            replay them instead, so many captured seconds per second
  --hub URL                a real Kubeshark, e.g. http://localhost:8898; credentials are read from the
                           environment: SHOAL_HUB_TOKEN or SHOAL_LICENSE_KEY
      --max-answer SIZE    largest answer taken from it (default 256MiB)

  --inventory FILE...      kubectl get nodes,pods,services,endpointslices -A -o json; --simulate and lab
                           bring their own. Or, watched while it changes: cluster, from the API of the
                           cluster this runs in, or the URL of kubectl proxy
  --record FILE            append what passes through to FILE (.jsonl), for --recording

What the audit compares with:
  --baseline FILE          links that were looked at and found right, as "Save baseline" writes them
  --sensitive PATTERN      namespaces to watch; several with commas or repeated, in quotes for the shell
                           (default "${SENSITIVE_DEFAULT.join(',')}")

Where the map is served:
  --host HOST              address to listen on (default 127.0.0.1: this machine only)
  --port N                 default 4180; 0 picks a free one
  --base-path PATH         path to serve below (default /)
  --public-url URL         where readers reach the server: what a copied link says
  --allow-host NAME        host name to answer to, besides localhost, IP addresses, --host and
                           --public-url; may be repeated; * for any
  --frame-ancestors LIST   who may frame the page, as in CSP (default "'self'" and each --embed-origin)
  --embed-origin URL       a page there that frames this one may send it messages and gets them; may be
                           repeated

  --help, --version
`;

const OPTIONS = {
  simulate: { type: 'string' },
  seed: { type: 'string' },
  services: { type: 'string' },
  recording: { type: 'string' },
  speed: { type: 'string' },
  pcap: { type: 'string', multiple: true },
  'no-join': { type: 'boolean' },
  window: { type: 'string' },
  hub: { type: 'string' },
  'max-answer': { type: 'string' },
  inventory: { type: 'string', multiple: true },
  record: { type: 'string' },
  baseline: { type: 'string' },
  sensitive: { type: 'string', multiple: true },
  host: { type: 'string' },
  port: { type: 'string' },
  'base-path': { type: 'string' },
  'public-url': { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  'frame-ancestors': { type: 'string' },
  'embed-origin': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

type Name = keyof typeof OPTIONS;
const isName = (name: string): name is Name => Object.hasOwn(OPTIONS, name);

class Mistake extends Error {}

// Which option makes sense with which source only.
const BELONGS: readonly (readonly [Name, readonly SourceChoice['kind'][], string])[] = [
  ['seed', ['simulated'], '--simulate'],
  ['services', ['simulated'], '--simulate'],
  ['speed', ['recording', 'pcap'], '--recording or --pcap'],
  ['no-join', ['pcap'], '--pcap'],
  ['window', ['pcap'], '--pcap'],
  ['max-answer', ['hub'], '--hub'],
];

// Several files may follow one of these.
const MANY: ReadonlySet<Name | undefined> = new Set<Name>(['inventory', 'pcap']);

/** A day: longer captures are shown whole anyway. */
const LONGEST_WINDOW_S = 86_400;

/** Reads the arguments after the program's name. The last of repeated options counts. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const given = collect(args);
    if (given.has('help')) return { kind: 'help' };
    if (given.has('version')) return { kind: 'version' };
    return { kind: 'run', options: readOptions(given) };
  } catch (error) {
    if (error instanceof Mistake)
      return { kind: 'mistake', message: `${error.message} Run it with --help to see what there is.` };
    throw error;
  }
}

type Given = Map<Name, string[]>;
const lastOf = (given: Given, name: Name): string | undefined => given.get(name)?.at(-1);

/** Values by option; checks names and that a value is there, not what it says. */
function collect(args: readonly string[]): Given {
  // `--simulate` stands alone or with `=`; parseArgs would take the next argument for its value.
  const { tokens } = parseArgs({
    args: args.map((arg) => (arg === '--simulate' ? '--simulate=' : arg)),
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Given = new Map();
  let before: Name | undefined;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (before === undefined || !MANY.has(before)) {
        const hint = isScenario(token.value) ? ` Did you mean --simulate=${token.value}?` : '';
        throw new Mistake(`There is no argument ${JSON.stringify(token.value)}.${hint}`);
      }
      given.get(before)?.push(token.value);
      continue;
    }
    if (!isName(token.name)) throw new Mistake(`There is no option ${token.rawName}.`);
    const { value } = token;
    if (OPTIONS[token.name].type === 'boolean') {
      if (value !== undefined) throw new Mistake(`${token.rawName} takes no value.`);
    } else if (value === undefined || (value === '' && token.name !== 'simulate')) {
      throw new Mistake(`${token.rawName} needs a value.`);
    } else if (!token.inlineValue && isName(value.replace(/^--|=.*$/g, '')) && value.startsWith('--')) {
      throw new Mistake(`${token.rawName} needs a value before ${value}.`);
    }
    before = token.name;
    given.set(token.name, [...(given.get(token.name) ?? []), value ?? '']);
  }
  return given;
}

function readOptions(given: Given): Options {
  const record = lastOf(given, 'record');
  if (record?.endsWith('.gz') === true) {
    throw new Mistake('--record writes plain .jsonl; zip it afterwards with gzip.');
  }
  const publicUrl = lastOf(given, 'public-url');
  const baseline = lastOf(given, 'baseline');
  const embedOrigins = [...new Set((given.get('embed-origin') ?? []).map(readEmbedder))];
  return {
    source: readSource(given),
    inventory: given.get('inventory') ?? [],
    ...(baseline === undefined ? {} : { baseline }),
    sensitive: (given.get('sensitive') ?? []).flatMap(readSensitive),
    host: lastOf(given, 'host') ?? '127.0.0.1',
    port: readWhole(given, 'port', 0, 65_535) ?? 4180,
    basePath: readBasePath(lastOf(given, 'base-path') ?? '/'),
    frameAncestors: readFrameAncestors(lastOf(given, 'frame-ancestors') ?? framersBeside(embedOrigins)),
    embedOrigins,
    ...(publicUrl === undefined ? {} : { publicUrl: readPublicUrl(publicUrl) }),
    allowHosts: given.get('allow-host') ?? [],
    ...(record === undefined ? {} : { record }),
  };
}

function readSource(given: Given): SourceChoice {
  const chosen = (['simulate', 'recording', 'pcap', 'hub'] as const).filter((name) => given.has(name));
  if (chosen.length > 1) {
    throw new Mistake(
      `Flows come from one place: choose between ${chosen.map((n) => `--${n}`).join(' and ')}.`,
    );
  }
  const source = readChosen(given);
  for (const [name, kinds, option] of BELONGS) {
    if (given.has(name) && !kinds.includes(source.kind))
      throw new Mistake(`--${name} goes with ${option} only.`);
  }
  return source;
}

function readChosen(given: Given): SourceChoice {
  const file = lastOf(given, 'recording');
  if (file !== undefined) return { kind: 'recording', file, speed: readSpeed(lastOf(given, 'speed') ?? '1') };
  const captures = given.get('pcap');
  if (captures !== undefined) {
    const windowS = readWhole(given, 'window', 1, LONGEST_WINDOW_S);
    return {
      kind: 'pcap',
      files: captures,
      join: !given.has('no-join'),
      // A capture is over: all of it is what there is to see, unless its time is asked for.
      speed: readSpeed(lastOf(given, 'speed') ?? '0'),
      ...(windowS === undefined ? {} : { windowS }),
    };
  }
  const hub = lastOf(given, 'hub');
  if (hub !== undefined) {
    const url = readHubUrl(hub);
    if (typeof url === 'string') throw new Mistake(url);
    const size = lastOf(given, 'max-answer');
    return { kind: 'hub', url, maxAnswerBytes: size === undefined ? MAX_ANSWER_BYTES : readSize(size) };
  }
  const scenario = lastOf(given, 'simulate') ?? '';
  if (scenario !== '' && !isScenario(scenario)) {
    throw new Mistake(`There is no scenario ${JSON.stringify(scenario)}; there are ${SCENARIOS.join(', ')}.`);
  }
  const seed = readWhole(given, 'seed', 0, 2 ** 32 - 1);
  const services = readWhole(given, 'services', FEWEST_SERVICES, MOST_SERVICES);
  return {
    kind: 'simulated',
    ...(scenario === '' ? {} : { scenario }),
    ...(seed === undefined ? {} : { seed }),
    ...(services === undefined ? {} : { services }),
  };
}

function readWhole(given: Given, name: Name, least: number, most: number): number | undefined {
  const text = lastOf(given, name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new Mistake(
      `--${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

function readSensitive(text: string): string[] {
  const patterns = readPatterns(text);
  if (patterns.length === 0) {
    throw new Mistake(`--sensitive must name namespaces, such as *vault*, not ${JSON.stringify(text)}.`);
  }
  return patterns;
}

function readSpeed(text: string): number {
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(speed))
    throw new Mistake(`--speed must be a number from 0 up, not ${JSON.stringify(text)}.`);
  return speed;
}

const FACTORS: Record<string, number> = {
  '': 1,
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};
// An answer is parsed as one string, and V8's longest has 2^29 characters.
const LARGEST_ANSWER = 480 * 2 ** 20;

function readSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  const size = Number(match?.[1]) * (FACTORS[match?.[2]?.toLowerCase() ?? '?'] ?? Number.NaN);
  if (!(size >= 1 && size <= LARGEST_ANSWER)) {
    throw new Mistake(
      `--max-answer must be a size up to 480MiB, such as 64MiB, not ${JSON.stringify(text)}.`,
    );
  }
  return Math.floor(size);
}

function readBasePath(text: string): string {
  if (
    !/^[\w.~:@+,=/-]*$/.test(text) ||
    text.split('/').some((part) => part === '.' || part === '..') ||
    text.includes('//')
  ) {
    throw new Mistake(`--base-path must be a plain path such as /shoal, not ${JSON.stringify(text)}.`);
  }
  return `/${text.replace(/^\/|\/$/g, '')}`;
}

function readFrameAncestors(text: string): string {
  // A semicolon or a comma would begin another directive or policy.
  if (!/^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+( [\x21-\x2b\x2d-\x3a\x3c-\x7e]+)*$/.test(text)) {
    throw new Mistake(
      `--frame-ancestors must be sources of CSP parted by spaces, not ${JSON.stringify(text)}.`,
    );
  }
  return text;
}

function readEmbedder(text: string): string {
  const origin = readEmbedOrigin(text);
  if (origin !== undefined) return origin;
  throw new Mistake(
    `--embed-origin must be a http or https URL such as https://kubeshark.example, not ${JSON.stringify(text.replace(/\/\/.*@/, '//'))}.`,
  );
}

function readPublicUrl(text: string): string {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Said below.
  }
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.search + url.hash !== ''
  ) {
    throw new Mistake(`--public-url must be a plain http or https URL, not ${JSON.stringify(text)}.`);
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
