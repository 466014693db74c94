/**
 * Ghosts: links that stopped and fade for a minute instead of vanishing. Pure: each graph makes the next haunting.
 * Knows links by id at one level, and time; refuses to know pixels, and why a link stopped.
 */
import type { FlowGraph, GraphLink, GraphPeer } from './flow-graph';

export interface Ghost {
  /** As it was last seen. */
  link: GraphLink;
  /** Its ends as they were: they may be gone from the graph with it. */
  from: GraphPeer;
  to: GraphPeer;
  /** When an answer first lacked it, milliseconds since 1970, by the answers' own clock. */
  missedMs: number;
}

export interface Haunting {
  /** What was asked for and of which epoch, and how it was grouped: anything else has other links, not fewer. */
  scope: string;
  atMs: number;
  graph: FlowGraph;
  ghosts: ReadonlyMap<string, Ghost>;
}

export interface Glance {
  graph: FlowGraph;
  /** The sample's own time, milliseconds since 1970. */
  atMs: number;
  /** Source, epoch, API filters, level, expanded namespaces and folding, as text. */
  scope: string;
  /** The answer was cut short: what it lacks has not stopped for all one knows. */
  truncated: boolean;
}

/** DESIGN §5: links that stop fade for 60 s. */
const FADE_MS = 60_000;
/** A step is one redraw; four of them are a fade to the eye, and at 10 s a poll most come with a picture anyway. */
const STEPS = [0.6, 0.45, 0.3, 0.15] as const;
const STEP_MS = FADE_MS / STEPS.length;
/** Twice the page's longest interval: after a longer silence nobody looks for what was there before. */
const LONGEST_SILENCE_MS = 600_000;

/**
 * The haunting after one more graph. A link that comes back is no ghost. A fade begins with the first answer that lacks
 * the link, as with a long interval the last that had it is older than any fade. A clock set back begins anew.
 */
export function haunt(before: Haunting | undefined, { graph, atMs, scope, truncated }: Glance): Haunting {
  const ghosts = new Map<string, Ghost>();
  const silentMs = before === undefined ? 0 : atMs - before.atMs;
  if (before === undefined || before.scope !== scope || silentMs < 0 || silentMs > LONGEST_SILENCE_MS) {
    return { scope, atMs, graph, ghosts };
  }
  for (const [id, ghost] of before.ghosts) {
    if (atMs - ghost.missedMs < FADE_MS && !goesOn(ghost.link, graph, before.graph)) ghosts.set(id, ghost);
  }
  if (!truncated) {
    for (const [id, link] of before.graph.links) {
      if (goesOn(link, graph, before.graph)) continue;
      const [from, to] = [before.graph.peers.get(link.from), before.graph.peers.get(link.to)];
      if (from !== undefined && to !== undefined) ghosts.set(id, { link, from, to, missedMs: atMs });
    }
  }
  return { scope, atMs, graph, ghosts };
}

/** Whether a link is there still, be it between folds: who is folded, or no longer, has not stopped. */
function goesOn({ id, from, to }: GraphLink, graph: FlowGraph, before: FlowGraph): boolean {
  if (graph.links.has(id)) return true;
  if (graph.folds === undefined && before.folds === undefined) return false;
  const now = (end: string): Set<string> => {
    const members = before.folds?.membersOf(end) ?? [end];
    return new Set(members.map((member) => graph.folds?.drawnFor(member) ?? member));
  };
  const targets = now(to);
  for (const source of now(from)) {
    for (const target of targets) if (graph.links.has(`${source}>${target}`)) return true;
  }
  return false;
}

export interface Apparition {
  ghost: Ghost;
  /** 0 to 1, in few steps. */
  opacity: number;
}

/** The ghosts to draw at a moment, and when the next of them changes (undefined: never): until then nothing needs drawing. */
export function ghostsAt(
  haunting: Haunting,
  nowMs: number,
): { ghosts: Apparition[]; changesAtMs: number | undefined } {
  const ghosts: Apparition[] = [];
  let changesAtMs: number | undefined;
  for (const ghost of haunting.ghosts.values()) {
    const step = Math.max(0, Math.floor((nowMs - ghost.missedMs) / STEP_MS));
    const opacity = STEPS[step];
    if (opacity === undefined) continue;
    ghosts.push({ ghost, opacity });
    const nextMs = ghost.missedMs + (step + 1) * STEP_MS;
    if (changesAtMs === undefined || nextMs < changesAtMs) changesAtMs = nextMs;
  }
  return { ghosts, changesAtMs };
}
