/** The panel of what changed: two moments side by side, and what stopped lately. Knows what a panel has room for. */
import type { FlowGraph } from '../graph/flow-graph';
import { sayComparison } from '../insight/compare';
import { nameOf } from '../insight/questions/wording';
import type { Found } from './annals';
import type { Memory } from './memory';
import type { Look } from './messages';
import type { Overlays } from './overlays';
import type { ChangesPanel } from './times';

/** Rows of the table; the sentence counts all. */
const MOST_CHANGES = 300;
/** What one asks for after an incident, minutes. */
const AGO_MIN = [1, 5, 15, 30];

export function changesPanel(
  memory: Memory,
  overlays: Overlays,
  found: Found,
  look: Look,
  graph: FlowGraph,
): ChangesPanel {
  const comparing = overlays.compare(found, look, graph.level);
  const ghosts = overlays.ghosts().map(({ ghost: { link, from, to, missedMs } }) => ({
    link: link.id,
    from: nameOf(from),
    to: nameOf(to),
    bytes: link.bytes,
    missedMs,
  }));
  const choices = choicesOf(memory, found);
  if (comparing === undefined) return { choices, ghosts };
  const { comparison, beforeMs, afterMs, file } = comparing;
  const labelOf = (id: string | undefined): string => {
    const peer = id === undefined ? undefined : graph.peers.get(id);
    return peer === undefined ? (id ?? '') : nameOf(peer);
  };
  return {
    choices,
    ghosts,
    comparing: {
      beforeMs,
      afterMs,
      ...(file === undefined ? {} : { file }),
      sentence: sayComparison(comparison),
      rows: comparison.changes
        .slice(0, MOST_CHANGES)
        .map(({ what, from, to, link, before, after, unit, sentence }) => ({
          ...{ what, from, to, link, sentence },
          ...(before === undefined || after === undefined || unit === undefined
            ? {}
            : { before, after, unit }),
        })),
      total: comparison.changes.length,
      silenced: comparison.silenced.map((id) => {
        const link = graph.links.get(id);
        return { link: id, from: labelOf(link?.from), to: labelOf(link?.to) };
      }),
      unknowns: comparison.unknowns,
    },
  };
}

/** Moments before the one that is shown that history reaches back to. */
function choicesOf(memory: Memory, { series, index, kept }: Found): ChangesPanel['choices'] {
  const moments = memory.moments(series);
  const { epoch = '' } = kept;
  const own = moments.slice(0, Math.max(0, index)).filter((moment) => moment.epoch === epoch);
  const first = moments[0];
  const choices = AGO_MIN.flatMap((minutes) => {
    const moment = own.findLast(({ atMs }) => atMs <= kept.atMs - minutes * 60_000);
    return moment === undefined
      ? []
      : [{ label: `${minutes} min before`, moment: { atMs: moment.atMs, epoch: moment.epoch } }];
  });
  return first === undefined || index < 1
    ? choices
    : [...choices, { label: 'The first sample', moment: { atMs: first.atMs, epoch: first.epoch } }];
}
