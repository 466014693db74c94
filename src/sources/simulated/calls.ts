/**
 * Who calls whom among the shop's services: heavy-tailed on both sides, with hubs, mostly within a namespace.
 * Knows services; refuses to know pods, bytes and time.
 */
import type { Die } from './chance';
import type { Workload } from './workload';

export interface Call {
  from: Workload;
  to: Workload;
}

/** How much rather a service calls within its own namespace; hubs still draw from everywhere. */
const HOME_BIAS = 6;
/** Tail of the fan-out: 1.5 gives a mean of three and a few services that call ten times as many. */
const FAN_OUT_ALPHA = 1.5;
/** Callees get chances like 1/rank^this: the first few are hubs, the rest share. */
const POPULARITY = 0.85;
/** The very first middle (auth) and leaf (the orders database) are hubs in every cluster. */
const HUB_BOOST = 3;

/**
 * The first service is the main front; `middle` and `leaf` come most popular first. A middle service calls only more popular ones and leaves, so the graph
 * has a direction; fronts and workers call anything and are called by none of these.
 */
export function drawCalls(die: Die, shop: readonly Workload[]): Call[] {
  const middle = shop.filter((w) => w.role === 'middle');
  const leaves = shop.filter((w) => w.role === 'leaf');
  const callers = shop.filter((w) => w.role !== 'leaf');
  const targets = [...middle, ...leaves];
  const rank = new Map(middle.map((w, i) => [w, i]));
  const chance = targets.map((_, i) => {
    const place = i < middle.length ? i : i - middle.length;
    return (place === 0 ? HUB_BOOST : 1) / (place + 1) ** POPULARITY;
  });
  // √n keeps the busiest caller at a believable share of the cluster, from 10 services to 2,000.
  const most = Math.round(4 + Math.sqrt(shop.length) * 1.3);

  const calls: Call[] = [];
  const called = new Set<Workload>();
  const add = (from: Workload, to: Workload) => {
    calls.push({ from, to });
    called.add(to);
  };

  for (const from of callers) {
    const place = rank.get(from);
    const weights = targets.map((to, i) => {
      const toPlace = rank.get(to);
      if (to === from || (place !== undefined && toPlace !== undefined && toPlace >= place)) return 0;
      const home = to.ns === from.ns ? HOME_BIAS : 1;
      // Workers mostly move data: queues and databases before services.
      const taste = from.role === 'worker' && to.role === 'leaf' ? 2 : 1;
      return (chance[i] ?? 0) * home * taste;
    });
    const least = from.role === 'front' ? 3 : from.role === 'worker' ? 1 : 1.25;
    // The first front puts a whole page together: it calls as many as any.
    const drawn = from === shop[0] ? most : Math.floor(die.heavy(least, FAN_OUT_ALPHA));
    const wanted = Math.min(most, drawn);
    for (let n = 0; n < wanted; n++) {
      const i = die.weighted(weights);
      const to = targets[i];
      if (to === undefined) break;
      weights[i] = 0;
      add(from, to);
    }
  }

  // Everything that is not a front or a worker has at least one caller, otherwise it would count as called by nobody.
  const fronts = shop.filter((w) => w.role === 'front');
  const workers = shop.filter((w) => w.role === 'worker');
  for (const to of targets) {
    if (called.has(to)) continue;
    const place = rank.get(to);
    const before = place === undefined ? middle : middle.slice(place + 1);
    const near = before.filter((w) => w.ns === to.ns);
    const from = die.pick(
      near.length > 0 ? near : before.length > 0 && die.unit() < 0.6 ? before : [...fronts, ...workers],
    );
    if (calls.some((call) => call.from === from && call.to === to)) continue;
    add(from, to);
  }
  return calls;
}
