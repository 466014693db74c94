/**
 * The page's talk with the page that frames it: versioned messages, only with `window.parent`, only with origins that
 * were named, and only those that fit the schema. Knows shapes and origins; refuses to know what a message does.
 * Loaded only inside a frame.
 */
import * as z from 'zod/mini';
import { THEMES } from './view-state';

// The policy of the page forbids making code from text, which is how the library is fast.
z.config({ jitless: true });

/** Raised when a message changes its meaning. */
const PROTOCOL = 1;

/** Longer than any URL a browser opens. */
const LONGEST = 16_384;
/** Parameters of a view by name; more than there are. */
const MOST_PARAMETERS = 64;
const text = z.string().check(z.maxLength(LONGEST));
const name = z.string().check(z.minLength(1), z.maxLength(LONGEST));
const parameters = z
  .record(z.string(), z.union([text, z.number(), z.boolean()]))
  .check(z.refine((given) => Object.keys(given).length <= MOST_PARAMETERS, 'too many parameters'));
const shoal = z.literal(PROTOCOL);
/** The host's own mark, sent back with what answers it. */
const id = z.optional(z.union([z.number(), z.string().check(z.maxLength(200))]));

const Incoming = z.discriminatedUnion('type', [
  z.strictObject({ shoal, id, type: z.literal('set-view'), view: z.union([text, parameters]) }),
  z.strictObject({ shoal, id, type: z.literal('set-theme'), theme: z.enum(THEMES) }),
  z.strictObject({ shoal, id, type: z.literal('select'), peer: z.nullish(name), link: z.nullish(name) }),
  z.strictObject({ shoal, id, type: z.literal('refresh') }),
  z.strictObject({
    shoal,
    id,
    type: z.literal('get-card'),
    theme: z.optional(z.enum(['light', 'dark'])),
    redact: z.optional(z.boolean()),
    width: z.optional(z.int().check(z.gte(1), z.lte(16_384))),
  }),
]);

export type HostMessage = z.infer<typeof Incoming>;

interface Named {
  id: string;
  label: string;
}

/** What the page says; each goes out with `shoal: 1`. */
export type PageMessage =
  | { type: 'ready'; accepts: readonly string[] }
  /** The page's URL parameters, as text and one by one; either can be given back by `set-view`. */
  | { type: 'view'; search: string; view: Record<string, string> }
  | { type: 'selection'; peer: Named | null; link: (Named & { from: Named; to: Named }) | null }
  | { type: 'verdict'; verdict: string; sentence: string }
  /** Room the page has, and the height it needs not to scroll; CSS px. */
  | { type: 'size'; width: number; height: number }
  | { type: 'card'; id?: number | string; png: Blob; text: string }
  | { type: 'card'; id?: number | string; error: string };

export interface Embed {
  /** Posts to the page that frames this one, if it may hear it. What was said last of its type is not said again. */
  tell(message: PageMessage): void;
  destroy(): void;
}

interface EmbedOptions {
  /** The window of the page. */
  target: Window;
  /** As `event.origin` spells them. */
  origins: readonly string[];
  onMessage(message: HostMessage): void;
  /** Why something was refused, in a sentence; each reason once. */
  onRefuse(why: string): void;
}

export function createEmbed({ target, origins, onMessage, onRefuse }: EmbedOptions): Embed {
  const refused = new Set<string>();
  const refuse = (reason: string, why: string) => {
    if (refused.has(reason)) return;
    refused.add(reason);
    onRefuse(why);
  };
  const said = new Map<string, string>();
  const host = hostOrigin(target);
  if (origins.length === 0)
    refuse(
      'nobody',
      'no origin may talk to this page: start Shoal with --embed-origin, or name it in <meta name="shoal-embed-origins">',
    );
  else if (host !== undefined && !origins.includes(host))
    refuse(`host ${host}`, `the page that frames this one is of ${host}, which --embed-origin does not name`);

  const onEvent = (event: MessageEvent<unknown>) => {
    const { source, origin, data } = event;
    const isOurs = typeof data === 'object' && data !== null && 'shoal' in data;
    if (source !== target.parent) {
      // Extensions and tools post to the page itself, in words of their own.
      if (isOurs) refuse('source', 'a message came from a window that does not frame this page');
      return;
    }
    if (!origins.includes(origin)) {
      refuse(`origin ${origin}`, `a message came from ${origin}, which --embed-origin does not name`);
      return;
    }
    if (!isOurs) {
      refuse('stranger', 'a message has no `shoal: 1`');
      return;
    }
    const read = Incoming.safeParse(data);
    if (read.success) {
      if (read.data.type === 'select' && read.data.peer != null && read.data.link != null)
        refuse(
          'select both',
          'a message of type select names a peer and a link; at most one can be selected',
        );
      else onMessage(read.data);
      return;
    }
    const { type, shoal: version } = data as { type?: unknown; shoal: unknown };
    if (version !== PROTOCOL)
      refuse('version', `a message is of version ${show(version)}; this page speaks ${PROTOCOL}`);
    else
      refuse(
        `shape ${show(type)}`,
        `a message of type ${show(type)} does not fit: ${problemsOf(read.error)}`,
      );
  };
  target.addEventListener('message', onEvent);

  return {
    tell(message) {
      // Which of the named it is, the browser knows; where it does not tell us, it drops what is for others.
      const hearers = host === undefined ? origins : origins.filter((origin) => origin === host);
      const key = JSON.stringify(message);
      if (message.type !== 'card' && said.get(message.type) === key) return;
      said.set(message.type, key);
      for (const origin of hearers) target.parent.postMessage({ shoal: PROTOCOL, ...message }, origin);
    },
    destroy: () => target.removeEventListener('message', onEvent),
  };
}

/** Types of messages that the page understands. */
export const ACCEPTS: readonly HostMessage['type'][] = [
  'set-view',
  'set-theme',
  'select',
  'refresh',
  'get-card',
];

/** The origins in the tag that the server, or whoever hosts the files, wrote into the page; what is no origin is passed over. */
export function embedOrigins(document: Document): string[] {
  const content = document.querySelector('meta[name="shoal-embed-origins"]')?.getAttribute('content') ?? '';
  return content.split(/\s+/).flatMap((word) => originOf(word) ?? []);
}

/** Where the framing page is from; undefined where the browser does not say. */
function hostOrigin(target: Window): string | undefined {
  const { ancestorOrigins } = target.location;
  if (ancestorOrigins !== undefined && ancestorOrigins.length > 0) return ancestorOrigins[0];
  return originOf(target.document.referrer);
}

function originOf(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  return new URL(url).origin;
}

/** Whatever it is, short and on one line. */
function show(value: unknown): string {
  const MOST = 60;
  const words = JSON.stringify(value) ?? String(value);
  return words.length > MOST ? `${words.slice(0, MOST)}…` : words;
}

/** The first few things that do not fit, and what would. */
const problemsOf = (error: z.core.$ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => {
      const where = issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')} `;
      if (issue.code === 'unrecognized_keys')
        return `${where}has the unknown ${issue.keys.map(show).join(', ')}`;
      if (issue.code === 'invalid_value')
        return `${where}must be one of ${issue.values.map(show).join(', ')}`;
      if (issue.code === 'invalid_type') return `${where}must be of type ${issue.expected}`;
      if (issue.code === 'too_big') return `${where}must be at most ${issue.maximum}`;
      if (issue.code === 'too_small') return `${where}must be at least ${issue.minimum}`;
      return `${where}is not what is expected`;
    })
    .join('; ');
