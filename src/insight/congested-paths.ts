/**
 * Which paths were congested and when: the tail of a path (two zones, or two nodes where no zones are known) against
 * what that path usually takes. Knows a series of observations; refuses to know culprits.
 */
import { type Microseconds, microseconds } from '../flows/units';
import { quantile } from './diagnose-judge';
import type { Observation, Who } from './diagnose-observe';

export interface CongestedPath {
  /** Two zones, or two nodes; one name twice for what lies within a zone. */
  between: readonly [string, string];
  of: 'zones' | 'nodes';
  fromMs: number;
  /** The last poll that showed it; still so when it is the newest. */
  toMs: number;
  polls: number;
  flows: number;
  usualP99Us: Microseconds;
  peakP99Us: Microseconds;
}

/** A queue that fills makes the tail several times as long; less is a path that wavers. */
const CONGESTED = 3;
const CONGESTED_BY_US = 500;
/** One poll is a hiccup, and one flow is not a path. */
const LEAST_POLLS = 2;
const LEAST_FLOWS = 2;
/** A path's usual tail is its lower quartile over the series, as for single rows. */
const USUAL = 0.25;

interface Point {
  atMs: number;
  p99: number;
  flows: number;
}

/** Every stretch of time in which a path's median p99 was well above its usual; the worst first. One epoch's polls. */
export function congestedPaths(observations: readonly Observation[]): CongestedPath[] {
  const paths = new Map<string, { between: [string, string]; of: 'zones' | 'nodes'; points: Point[] }>();
  for (const observation of observations) {
    const tails = new Map<string, { between: [string, string]; of: 'zones' | 'nodes'; p99: number[] }>();
    observation.rows.forEach((row, at) => {
      const who = observation.roster.rows[row];
      const path = who === undefined ? undefined : pathOf(who, observation.zones);
      const p99 = observation.p99Us[at] ?? Number.NaN;
      if (path === undefined || Number.isNaN(p99)) return;
      const key = `${path.of} ${path.between.join('\u001f')}`;
      const known = tails.get(key);
      if (known === undefined) tails.set(key, { ...path, p99: [p99] });
      else known.p99.push(p99);
    });
    for (const [key, { between, of, p99 }] of tails) {
      const path = paths.get(key) ?? { between, of, points: [] };
      paths.set(key, path);
      path.points.push({ atMs: observation.atMs, p99: quantile(p99, 0.5), flows: p99.length });
    }
  }
  return [...paths.values()]
    .flatMap(({ between, of, points }) => stretches(points).map((stretch) => ({ between, of, ...stretch })))
    .sort((a, b) => b.peakP99Us / b.usualP99Us - a.peakP99Us / a.usualP99Us);
}

function pathOf(
  { client, server }: Who,
  zones: Observation['zones'],
): { between: [string, string]; of: 'zones' | 'nodes' } | undefined {
  if (client.node === undefined || server.node === undefined || client.node === server.node) return undefined;
  const [a, b] = [zones?.get(client.node), zones?.get(server.node)];
  const of = a === undefined || b === undefined ? 'nodes' : 'zones';
  const [from, to] = of === 'zones' ? [a ?? '', b ?? ''] : [client.node, server.node];
  return { between: from < to ? [from, to] : [to, from], of };
}

function stretches(points: readonly Point[]): Omit<CongestedPath, 'between' | 'of'>[] {
  const usual = quantile(
    points.map(({ p99 }) => p99),
    USUAL,
  );
  const found: Point[][] = [];
  let open: Point[] = [];
  for (const point of points) {
    const isUp =
      point.p99 >= usual * CONGESTED && point.p99 - usual >= CONGESTED_BY_US && point.flows >= LEAST_FLOWS;
    if (isUp) open.push(point);
    else if (open.length > 0) {
      found.push(open);
      open = [];
    }
  }
  found.push(open);
  return found.flatMap((stretch) => {
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (first === undefined || last === undefined || stretch.length < LEAST_POLLS) return [];
    return [
      {
        fromMs: first.atMs,
        toMs: last.atMs,
        polls: stretch.length,
        flows: last.flows,
        usualP99Us: us(usual),
        peakP99Us: us(stretch.reduce((most, { p99 }) => Math.max(most, p99), 0)),
      },
    ];
  });
}

const us = (value: number): Microseconds => microseconds(Math.round(value));
