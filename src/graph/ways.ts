/** Which links one walks along: the neighbourhood of a peer, and the shortest ways between two. Pure over a graph. */
import type { FlowGraph, GraphLink } from './flow-graph';

type Steps = ReadonlyMap<string, readonly { link: GraphLink; there: string }[]>;

/** Links reached walking only downstream and only upstream, so that a shared DNS server does not pull in everything. */
export function neighbourhood(graph: FlowGraph, peer: string, depth: number): Set<string> {
  const found = new Set<string>();
  for (const ways of [['down'], ['up']] as const) {
    const steps = stepsOf(graph, ways);
    let front = [peer];
    const visited = new Set(front);
    for (let step = 0; step < depth && front.length > 0; step++) {
      const next: string[] = [];
      for (const here of front) {
        for (const { link, there } of steps.get(here) ?? []) {
          found.add(link.id);
          if (!visited.has(there)) next.push(there);
          visited.add(there);
        }
      }
      front = next;
    }
  }
  return found;
}

/**
 * The links on the shortest ways from one peer to another, along requests; where there is none, those the other way
 * round; where there is none either, those that go by links of any direction. Empty where nothing joins the two.
 */
export function shortestWays(graph: FlowGraph, from: string, to: string): Set<string> {
  const down = stepsOf(graph, ['down']);
  const up = stepsOf(graph, ['up']);
  const there = linksBetween(from, to, down, up);
  if (there.size > 0) return there;
  const back = linksBetween(to, from, down, up);
  if (back.size > 0) return back;
  const either = stepsOf(graph, ['down', 'up']);
  return linksBetween(from, to, either, either);
}

function stepsOf(graph: FlowGraph, ways: readonly ('down' | 'up')[]): Steps {
  const steps = new Map<string, { link: GraphLink; there: string }[]>();
  const add = (here: string, there: string, link: GraphLink) => {
    const list = steps.get(here);
    if (list === undefined) steps.set(here, [{ link, there }]);
    else list.push({ link, there });
  };
  for (const link of graph.links.values()) {
    if (ways.includes('down')) add(link.from, link.to, link);
    if (ways.includes('up')) add(link.to, link.from, link);
  }
  return steps;
}

function linksBetween(from: string, to: string, forth: Steps, back: Steps): Set<string> {
  const before = distances(from, forth);
  const after = distances(to, back);
  const length = before.get(to);
  const found = new Set<string>();
  if (length === undefined) return found;
  for (const [here, walked] of before) {
    for (const { link, there } of forth.get(here) ?? []) {
      const left = after.get(there);
      if (left !== undefined && walked + 1 + left === length) found.add(link.id);
    }
  }
  return found;
}

function distances(from: string, steps: Steps): Map<string, number> {
  const reached = new Map([[from, 0]]);
  // A map gives what is added while it is walked, in order: it is its own queue.
  for (const [here, walked] of reached) {
    for (const { there } of steps.get(here) ?? []) if (!reached.has(there)) reached.set(there, walked + 1);
  }
  return reached;
}
