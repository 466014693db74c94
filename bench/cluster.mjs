/**
 * Seeded clusters of an exact size, as answers of `/mcp/flows`: N pods in about N/12 namespaces, M distinct client→server
 * pairs by preferential attachment, handshakes of all bands, bytes over six decades. Knows the contract; refuses to know
 * who draws it. The same size and variant give the same bytes in every run.
 */

/** Peers × links of the sizes that the rows speak of. */
export const SIZES = { 50: 100, 200: 600, 500: 5000, 1000: 3000, 3000: 10_000 };

/**
 * What an answer can be: `base`; `visible`, where a tenth of the links doubled their bytes or changed their band;
 * `invisible`, where nearly all bytes grew by 0.1 % and no mark may change; `empty`.
 */
export const VARIANTS = ['base', 'visible', 'invisible', 'empty'];

/** One of N pods stands in a namespace of about a dozen. */
const PODS_A_NAMESPACE = 12;
const PODS_A_NODE = 30;
/** How many of the links stay inside their namespace. */
const AT_HOME = 0.6;
const SHARE_CHANGED = 0.1;

/** One p99 well inside each band of the contract, µs; a link without handshakes has none. */
const P99_US = { excellent: 400, good: 4000, elevated: 40_000, high: 400_000 };
const BANDS = [
  ...Array(9).fill('excellent'),
  ...Array(6).fill('good'),
  ...Array(2).fill('elevated'),
  'high',
  ...Array(2).fill(undefined),
];
const NEXT_BAND = { excellent: 'good', good: 'elevated', elevated: 'high', high: 'excellent' };

/** Returns `{ peers, links, answer(variant) }`; `answer` gives the JSON text of `/mcp/flows`. */
export function createCluster(peers, links = SIZES[peers], seed = 7) {
  if (!(links >= peers)) throw new Error(`A cluster of ${peers} peers needs as many links, not ${links}.`);
  const random = createRandom(seed + peers);
  const pods = makePods(peers, random);
  const pairs = makePairs(pods, links, random);
  return {
    peers,
    links,
    answer(variant) {
      const flows = variant === 'empty' ? [] : changed(pairs, variant).flatMap(flowsOf);
      return JSON.stringify({ flows, total: flows.length, truncated: false });
    },
  };
}

function makePods(count, random) {
  const namespaces = Math.max(2, Math.round(count / PODS_A_NAMESPACE));
  return Array.from({ length: count }, (_, index) => {
    // Every namespace has a pod; the rest go where the square says, so that a few are large and most are small.
    const ns = index < namespaces ? index : Math.floor(random() ** 2 * namespaces);
    const svc = `${WORKS[ns % WORKS.length]}-${Math.floor(random() * 4)}`;
    return {
      ns: `team-${String(ns).padStart(3, '0')}`,
      svc,
      pod: `${svc}-${(index + 46_656).toString(36)}-${Math.floor(random() * 60_466_176)
        .toString(36)
        .padStart(5, '0')}`,
      node: `node-${index % Math.max(2, Math.round(count / PODS_A_NODE))}`,
      ip: `10.${60 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
    };
  });
}
const WORKS = ['orders', 'basket', 'search', 'mail', 'billing', 'stock', 'users', 'media', 'audit'];

function makePairs(pods, count, random) {
  const homes = new Map();
  for (const pod of pods) homes.set(pod.ns, [...(homes.get(pod.ns) ?? []), pod]);
  // Whoever is called is listed once more, so that it is likelier to be called again.
  const called = [...pods];
  const seen = new Set();
  const pairs = [];
  while (pairs.length < count) {
    // The first links give each pod one, so that all of them are drawn.
    const client = pods[pairs.length] ?? pods[Math.floor(random() * pods.length)];
    const candidates = random() < AT_HOME ? homes.get(client.ns) : called;
    const server = candidates[Math.floor(random() * candidates.length)];
    const key = `${client.pod} ${server.pod}`;
    if (client === server || seen.has(key)) {
      // A pod alone in its namespace finds nobody at home.
      called.push(pods[Math.floor(random() * pods.length)]);
      continue;
    }
    seen.add(key);
    called.push(server);
    // In the middle of a quantised width (graph/picture.ts: quarter px), so that 0.1 % more is the same width.
    const widthPx = 1 + 0.25 * Math.floor(random() * 37);
    pairs.push({
      client,
      server,
      bytes: Math.round(1024 * 2 ** (((widthPx - 1) * 20) / 9)),
      split: 0.3 + 0.4 * random(),
      band: BANDS[Math.floor(random() * BANDS.length)],
      udp: random() < 0.05,
      ports: random() < 0.3 ? [8080, 9090] : [8080],
      /** Ranks the links, so that a tenth of them can be chosen. */
      rank: random(),
    });
  }
  return pairs;
}

function changed(pairs, variant) {
  if (variant === 'base') return pairs;
  if (variant === 'invisible') return grown(pairs);
  return pairs.map((pair) => {
    if (pair.rank >= SHARE_CHANGED) return pair;
    if (pair.rank < SHARE_CHANGED / 2 || pair.udp || pair.band === undefined)
      return { ...pair, bytes: 2 * pair.bytes };
    return { ...pair, band: NEXT_BAND[pair.band] };
  });
}

/** Bytes +0.1 %, except where that would carry a peer over a power of two: by those the map ranks its names. */
function grown(pairs) {
  const still = new Set();
  for (;;) {
    const next = pairs.map((pair) =>
      still.has(pair) ? pair : { ...pair, bytes: Math.round(pair.bytes * 1.001) },
    );
    const [before, after] = [sums(pairs), sums(next)];
    const crossing = [...before.keys()].filter(
      (pod) => Math.floor(Math.log2(1 + before.get(pod))) !== Math.floor(Math.log2(1 + after.get(pod))),
    );
    if (crossing.length === 0) return next;
    const names = new Set(crossing);
    for (const pair of pairs) if (names.has(pair.client.pod) || names.has(pair.server.pod)) still.add(pair);
  }
}
function sums(pairs) {
  const bytes = new Map();
  for (const pair of pairs) {
    for (const { pod } of [pair.client, pair.server]) bytes.set(pod, (bytes.get(pod) ?? 0) + pair.bytes);
  }
  return bytes;
}

function flowsOf({ client, server, bytes, split, band, udp, ports }) {
  let left = bytes;
  return ports.map((port, index) => {
    const part = index === ports.length - 1 ? left : Math.round(bytes * 0.6);
    left -= part;
    const tx = Math.round(part * split);
    const rx = part - tx;
    const times = udp || band === undefined ? {} : handshake(P99_US[band]);
    const sent = { tx_pkts: packets(tx), rx_pkts: packets(rx), tx_bytes: tx, rx_bytes: rx, ...times };
    const seen = { tx_pkts: packets(rx), rx_pkts: packets(tx), tx_bytes: rx, rx_bytes: tx, ...times };
    return {
      proto: udp ? 'udp' : 'tcp',
      client,
      server: { ...server, port },
      client_stats: sent,
      server_stats: seen,
      totals: { pkts: 2 * (packets(tx) + packets(rx)), bytes: 2 * part, pps: 1, bps: part },
    };
  });
}
const packets = (bytes) => 1 + Math.ceil(bytes / 1200);
const handshake = (p99) => ({
  tcp_handshake_p50_us: Math.round(p99 / 3),
  tcp_handshake_p90_us: Math.round(p99 / 1.5),
  tcp_handshake_p99_us: p99,
});

/** Mulberry32: small, seeded, good enough for a cluster nobody lives in. Numbers from 0 up to 1. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
