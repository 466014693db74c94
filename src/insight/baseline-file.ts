/**
 * A baseline as a file that a person may read, edit and keep in a repository: JSON, a link a line. Knows the format and
 * the sentence for every way a file can be wrong; refuses to know what a comparison is.
 */
import type { AllowedLink, Baseline } from './baseline';
import type { LinkName } from './baseline-names';

/** Raised when a file of an older Shoal must be read differently. */
const VERSION = 1;
const FORMAT = 'shoal-baseline';
/** A cluster of 10,000 workloads has about this many links; more is not a baseline that anybody has looked at. */
const MOST_LINKS = 200_000;

export type BaselineReading = { baseline: Baseline } | { problem: string };

/** The file's text: keys in a fixed order and a link a line, so that a diff of two files reads as a list. */
export function writeBaseline(baseline: Baseline): string {
  const lines = (entries: readonly object[]): string =>
    entries.length === 0
      ? '[]'
      : `[\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`;
  const links = baseline.links.map(({ from, to, port, proto }) => ({ from, to, port, proto }));
  const allowed = baseline.allowed.map(({ from, to, port, proto, note }) => ({
    from,
    to,
    port,
    proto,
    note,
  }));
  const head = [
    `"format": ${JSON.stringify(FORMAT)}`,
    `"version": ${VERSION}`,
    `"savedAt": ${JSON.stringify(baseline.savedAt)}`,
    ...(baseline.source === undefined ? [] : [`"source": ${JSON.stringify(baseline.source)}`]),
    `"links": ${lines(links)}`,
    `"allowed": ${lines(allowed)}`,
  ];
  return `{\n  ${head.join(',\n  ')}\n}\n`;
}

/** A bad file gives one sentence with the cause and the fix; nothing of a bad file is used. */
export function readBaseline(text: string): BaselineReading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return bad('it is not JSON. Save one with "Save baseline" in the audit panel, or mend the file.');
  }
  if (!isObject(json) || json.format !== FORMAT) {
    return bad(`it has no "format": "${FORMAT}". Give the file that "Save baseline" wrote.`);
  }
  if (json.version !== VERSION) {
    return bad(
      `its version is ${quote(json.version)} and this Shoal reads ${VERSION}. Save it again with this Shoal.`,
    );
  }
  const { savedAt, source, links, allowed = [] } = json;
  if (typeof savedAt !== 'string' || Number.isNaN(Date.parse(savedAt))) {
    return bad('"savedAt" is no date. Write it as 2026-01-31T12:00:00Z.');
  }
  if (!Array.isArray(links)) return bad('"links" is no list. Give the file that "Save baseline" wrote.');
  if (!Array.isArray(allowed)) return bad('"allowed" is no list. Write "allowed": [] to allow nothing more.');
  if (links.length > MOST_LINKS)
    return bad(`it has ${links.length} links; more than ${MOST_LINKS} are not read.`);
  const read: LinkName[] = [];
  for (const [index, entry] of links.entries()) {
    const link = readEntry(entry);
    if (typeof link === 'string') return bad(`link ${index + 1} ${link}`);
    const { proto } = link;
    if (proto === undefined) return bad(`link ${index + 1} has no "proto". Write "tcp" or "udp".`);
    const { note: _note, ...name } = link;
    read.push({ ...name, proto });
  }
  const rules: AllowedLink[] = [];
  for (const [index, entry] of allowed.entries()) {
    const rule = readEntry(entry);
    if (typeof rule === 'string') return bad(`allowed entry ${index + 1} ${rule}`);
    rules.push(rule);
  }
  return {
    baseline: { savedAt, links: read, allowed: rules, ...(typeof source === 'string' ? { source } : {}) },
  };
}

const bad = (cause: string): BaselineReading => ({ problem: `This file is no baseline: ${cause}` });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const quote = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 40);

/** An entry, or the end of the sentence that says what is wrong with it. */
function readEntry(entry: unknown): AllowedLink | string {
  if (!isObject(entry))
    return 'is no object. Write {"from": "shop/cart", "to": "data/redis", "port": 6379, "proto": "tcp"}.';
  const { from, to, port, proto, note } = entry;
  if (typeof from !== 'string' || from === '')
    return 'has no "from". Write "namespace/name", an address, or "host".';
  if (typeof to !== 'string' || to === '')
    return 'has no "to". Write "namespace/name", an address, or "host".';
  if (port !== undefined && !(Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65_535)) {
    return `has the port ${quote(port)}. Write a number from 0 to 65535, or leave it out.`;
  }
  if (proto !== undefined && proto !== 'tcp' && proto !== 'udp') {
    return `has the protocol ${quote(proto)}. Write "tcp" or "udp".`;
  }
  return {
    from,
    to,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(proto === undefined ? {} : { proto }),
    ...(typeof note === 'string' ? { note } : {}),
  };
}
