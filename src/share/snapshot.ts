/**
 * A snapshot: the page's own file with samples in it, and what was looked at. Knows how both are put in and read back;
 * refuses to know how the page was made into one file (scripts/build-snapshot.mjs) and what shows it.
 */
import { SNAPSHOT_ID } from './snapshot-id';

export interface Snapshot {
  /** What the source is called on the snapshot's page, after the word recording. */
  name: string;
  /** The page's query string: filters, level, selection. */
  search: string;
  /** Where everything stood, as the page keeps it for a tab. */
  placements?: string;
  /** A recording, gzipped. */
  recording: Blob;
  /** An inventory as JSON, gzipped or not. */
  inventory?: Blob;
}

const OPENING = `<script type="application/json" id="${SNAPSHOT_ID}">`;
const EMPTY = `${OPENING}null</script>`;
const FORMAT = 'shoal-snapshot';

/** `template` is the built page; throws when it is another thing. */
export async function writeSnapshot(template: string, snapshot: Snapshot): Promise<Blob> {
  const at = template.indexOf(EMPTY);
  if (at < 0) throw new Error('The server has no page to put a snapshot in.');
  const { recording, inventory, ...rest } = snapshot;
  const data = {
    format: FORMAT,
    version: 1,
    ...rest,
    recording: await toBase64(recording),
    ...(inventory === undefined ? {} : { inventory: await toBase64(inventory) }),
  };
  // Within a script element a "<" could end it, or begin another.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const parts = [template.slice(0, at), OPENING, json, '</script>', template.slice(at + EMPTY.length)];
  return new Blob(parts, { type: 'text/html' });
}

/** What an element of a page holds; undefined for one that holds no snapshot. */
export function readSnapshot(text: string): Snapshot | undefined {
  const data: unknown = JSON.parse(text);
  if (typeof data !== 'object' || data === null) return undefined;
  const { format, name, search, placements, recording, inventory } = data as Record<string, unknown>;
  if (format !== FORMAT || typeof recording !== 'string') return undefined;
  return {
    name: typeof name === 'string' ? name : 'snapshot',
    search: typeof search === 'string' ? search : '',
    ...(typeof placements === 'string' ? { placements } : {}),
    recording: fromBase64(recording),
    ...(typeof inventory === 'string' ? { inventory: fromBase64(inventory) } : {}),
  };
}

/** What it holds, as files that the reader might have opened. */
export const filesOf = ({ name, recording, inventory }: Snapshot): File[] => [
  new File([recording], name),
  ...(inventory === undefined ? [] : [new File([inventory], name)]),
];

/** So many bytes at once: an argument list has its limits. A multiple of 3, so that parts of base64 can be joined. */
const CHUNK = 3 * 8192;

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK))));
  return parts.join('');
}

const fromBase64 = (text: string): Blob =>
  new Blob([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))]);
