/**
 * Groups outside addresses past the limit by what tells most: the port they meet on, or the network they are in.
 * Pure over identities and flows; the words it gives are those of the map.
 */
import type { Flow } from '../flows/flow';
import type { Identity } from '../flows/identity';

interface OutsideFold {
  /** What follows `fold:external` in the id: empty for the unsorted rest. */
  key: string;
  words: string;
  members: Identity[];
}

/** Fewer than this are not worth words of their own. */
const FEWEST = 3;
/** Beside these, the rest is one more: as many as one reads at a glance. */
const MOST_NAMED = 4;

interface Traffic {
  flows: readonly Flow[];
  clients: readonly Identity[];
  servers: readonly Identity[];
  shares: readonly number[];
}

/** Of the ways to sort, the one that leaves fewest unsorted, then that with the fewest groups; a port before a network. */
export function foldOutside(peers: readonly Identity[], traffic: Traffic): OutsideFold[] {
  if (peers.length === 0) return [];
  const ports = portsOf(peers, traffic);
  const ways = [
    sortBy(
      peers,
      (peer) => ports.get(peer),
      'port',
      (port) => `on :${port}`,
    ),
    sortBy(
      peers,
      ({ label }) => network(label, 3),
      'net',
      (net) => `in ${net}`,
    ),
    sortBy(
      peers,
      ({ label }) => network(label, 2),
      'net',
      (net) => `in ${net}`,
    ),
  ];
  const unsorted = (folds: readonly OutsideFold[]) =>
    folds.find(({ key }) => key === '')?.members.length ?? 0;
  return ways.reduce((best, way) =>
    unsorted(way) < unsorted(best) || (unsorted(way) === unsorted(best) && way.length < best.length)
      ? way
      : best,
  );
}

function sortBy(
  peers: readonly Identity[],
  keyOf: (peer: Identity) => string | undefined,
  prefix: string,
  words: (key: string) => string,
): OutsideFold[] {
  const groups = new Map<string, Identity[]>();
  for (const peer of peers) {
    const key = keyOf(peer);
    if (key === undefined) continue;
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [peer]);
    else list.push(peer);
  }
  const named = [...groups]
    .filter(([, members]) => members.length >= FEWEST)
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .slice(0, MOST_NAMED);
  const folds = named.map(([key, members]) => ({ key: `:${prefix}:${key}`, words: words(key), members }));
  const sorted = new Set(named.flatMap(([, members]) => members));
  const rest = peers.filter((peer) => !sorted.has(peer));
  return rest.length === 0 ? folds : [...folds, { key: '', words: 'more external', members: rest }];
}

/** The port on which each of the peers moves most, ranked by doublings; the lower of equals. */
function portsOf(
  peers: readonly Identity[],
  { flows, clients, servers, shares }: Traffic,
): Map<Identity, string> {
  const bytes = new Map<Identity, Map<number, number>>(peers.map((peer) => [peer, new Map()]));
  flows.forEach(({ server: { port } }, index) => {
    if (port === undefined) return;
    const [client, server] = [clients[index], servers[index]];
    const outside = client?.kind === 'external' ? client : server?.kind === 'external' ? server : undefined;
    const own = outside === undefined ? undefined : bytes.get(outside);
    own?.set(port, (own.get(port) ?? 0) + (shares[index] ?? 0));
  });
  const rank = (sum: number) => Math.floor(Math.log2(sum + 1));
  const found = new Map<Identity, string>();
  for (const [peer, sums] of bytes) {
    const [heaviest] = [...sums].sort(([a, x], [b, y]) => rank(y) - rank(x) || a - b);
    if (heaviest !== undefined) found.set(peer, String(heaviest[0]));
  }
  return found;
}

/** The network of an address in its shortest form: the first `octets` of IPv4, /48 of IPv6; none of other text. */
function network(address: string, octets: 2 | 3): string | undefined {
  const four = /^(\d+)\.(\d+)\.(\d+)\.\d+$/.exec(address);
  if (four !== null) {
    const [, a, b, c] = four;
    return octets === 3 ? `${a}.${b}.${c}.0/24` : `${a}.${b}.0.0/16`;
  }
  if (!address.includes(':')) return undefined;
  const [head = ''] = address.split('::');
  const parts = head === '' ? [] : head.split(':');
  return `${[0, 1, 2].map((at) => parts[at] ?? '0').join(':')}::/48`;
}
