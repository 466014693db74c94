/**
 * The map's colour mode *relative*: how much longer a link's handshakes take than those of other clients of the same
 * server. Where every band is green this still tells 0.1 from 1 ms. Knows one graph; refuses to know colours and time.
 */
import type { Flow } from '../flows/flow';
import { flowHandshake } from '../flows/handshake';
import type { FlowGraph, GraphLink } from '../graph/flow-graph';

/** `alone`: measured, but nobody to compare with. `unmeasured`: no handshake lately, which is not fast. */
export type RelativeClass = 'usual' | 'slower' | 'much-slower' | 'alone' | 'unmeasured';

export interface Relative {
  class: RelativeClass;
  /** How many times the siblings' median it takes; absent for `alone` and `unmeasured`. Below 1 is faster. */
  factor?: number;
  /** Other links to the same server at the same distance. */
  siblings: number;
}

/** From these factors on; steps of a decade and half of one, because handshakes are compared on a log scale. */
const SLOWER = 3;
const MUCH_SLOWER = 10;
/** Thirty µs or ninety on one node is the same to everybody. */
const FLOOR_US = 200;
/** With one sibling nobody knows which of the two is the odd one; two make a middle. */
const LEAST_SIBLINGS = 2;

interface Group {
  link: string;
  p50: number;
  p99: number;
}

/**
 * Every link of the graph, by id. Compared are links to the same peer at the same distance (on one node, between zones
 * as far as `zones` by node name tells), by median of p50 and of p99, and the worse of the two counts. At the level of
 * namespaces a link mixes many servers, so there it says little.
 */
export function relateLinks(graph: FlowGraph, zones?: ReadonlyMap<string, string>): Map<string, Relative> {
  const groups = new Map<string, Group[]>();
  for (const link of graph.links.values()) {
    for (const [distance, flows] of byDistance(link, zones)) {
      const seen = flows.flatMap((flow) => flowHandshake(flow, graph.trust) ?? []);
      const p50 = middle(seen.flatMap(({ p50Us }) => p50Us ?? []));
      const p99 = middle(seen.flatMap(({ p99Us }) => p99Us ?? []));
      if (p50 === undefined && p99 === undefined) continue;
      const key = `${link.to}\u001f${distance}`;
      const group = { link: link.id, p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN };
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [group]);
      else known.push(group);
    }
  }
  const related = new Map<string, Relative>();
  for (const id of graph.links.keys()) related.set(id, { class: 'unmeasured', siblings: 0 });
  for (const group of groups.values()) {
    for (const one of group) {
      const now = relate(one, group);
      const before = related.get(one.link);
      // Of a link's distances the one that is worst off speaks, and any that has siblings before one that has none.
      if (before?.factor === undefined || (now.factor ?? 0) > before.factor) {
        if (before?.factor === undefined || now.factor !== undefined) related.set(one.link, now);
      }
    }
  }
  return related;
}

function relate(one: Group, group: readonly Group[]): Relative {
  const others = group.filter(({ link }) => link !== one.link);
  if (others.length < LEAST_SIBLINGS) return { class: 'alone', siblings: others.length };
  const factor = Math.max(
    times(one.p50, middle(others.map(({ p50 }) => p50).filter(isNumber))),
    times(one.p99, middle(others.map(({ p99 }) => p99).filter(isNumber))),
  );
  return { class: classOf(factor), factor, siblings: others.length };
}

const isNumber = (value: number): boolean => !Number.isNaN(value);

/** 0 where either is missing, so that the other percentile decides; 1 where the difference is below the floor. */
function times(own: number, others: number | undefined): number {
  if (Number.isNaN(own) || others === undefined || others <= 0) return 0;
  return own > others && own - others < FLOOR_US ? 1 : own / others;
}

function classOf(factor: number): RelativeClass {
  if (factor >= MUCH_SLOWER) return 'much-slower';
  return factor >= SLOWER ? 'slower' : 'usual';
}

function middle(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}

/** A link's flows by how far they go: what stays on a node is no measure for what crosses a zone. */
function byDistance(link: GraphLink, zones: ReadonlyMap<string, string> | undefined): Map<string, Flow[]> {
  const distances = new Map<string, Flow[]>();
  for (const flow of [...link.flows, ...link.spoken]) {
    const [a, b] = [flow.client.node, flow.server.node];
    const [from, to] = [zones?.get(a ?? ''), zones?.get(b ?? '')];
    const distance =
      a === undefined || b === undefined
        ? 'unknown'
        : a === b
          ? 'node'
          : from === undefined || to === undefined
            ? 'apart'
            : from === to
              ? 'zone'
              : 'zones';
    const flows = distances.get(distance);
    if (flows === undefined) distances.set(distance, [flow]);
    else flows.push(flow);
  }
  return distances;
}
