/**
 * When incidents happen and to whom: chosen by the seed from what the cluster has, planned round by round.
 * Knows lanes and times; refuses to know counters and percentiles (traffic.ts applies what is planned here).
 */
import { createDie, type Die, hash } from './chance';
import type { Cluster } from './cluster';
import type { Spell } from './handshakes';
import type { Lane } from './lane';
import type { Lanes } from './lanes';
import type { Lives } from './lives';
import type { IncidentKind, ScenarioName } from './scenarios';
import { chooseSubject, type Incident } from './subjects';

/** Named scenarios leave a minute of health to compare with. */
const NAMED_FROM_S = 60;
/** Then sick for ten minutes and well for five, again and again: whoever looks later still finds it, and sees it heal. */
const NAMED_FOR_S = 600;
const NAMED_EVERY_S = 900;
/** These leave their mark for good. */
const LASTING: ReadonlySet<IncidentKind> = new Set(['new-link', 'new-egress', 'counter-reset']);

/** The shop's round: twelve minutes with four incidents, each over before the next begins. */
const ROUND_S = 720;
/** Under way for a minute and a half when the page opens, so that p50 and p99 both show it. */
const SLOTS = [
  { fromS: -90, toS: 150, of: 'health' },
  { fromS: 240, toS: 360, of: 'shape' },
  { fromS: 400, toS: 520, of: 'health' },
  { fromS: 540, toS: 620, of: 'shape' },
] as const;
const TURNS = {
  health: ['target-overload', 'node-bad', 'zone-slow', 'source-slow'],
  shape: ['new-egress', 'black-hole', 'new-link', 'counter-reset', 'sensor-gap'],
} as const satisfies Record<string, readonly IncidentKind[]>;

export interface Plan {
  /** Incidents that begin before `atS`, oldest first; planned as far as asked. */
  until(atS: number): readonly Incident[];
}

export function createPlan(scenario: ScenarioName, cluster: Cluster, lanes: Lanes, lives: Lives): Plan {
  const planned: Incident[] = [];
  let rounds = 0;
  const choose = (kind: IncidentKind, fromS: number, toS: number, salt: number): Incident => {
    const die: Die = createDie(hash(cluster.seed, 0x1c1de, salt));
    return chooseSubject({ kind, fromS, toS, die, cluster, lanes, lives });
  };

  const planRound = (round: number): void => {
    if (scenario === 'quiet') return;
    if (scenario === 'shop') {
      const offsetS = round * ROUND_S;
      SLOTS.forEach(({ fromS, toS, of }, n) => {
        const kinds: readonly IncidentKind[] = TURNS[of];
        const kind = kinds[(2 * round + (n >> 1)) % kinds.length] ?? 'node-bad';
        planned.push(choose(kind, offsetS + fromS, offsetS + toS, round * SLOTS.length + n));
      });
      return;
    }
    if (LASTING.has(scenario)) {
      if (round === 0) planned.push(choose(scenario, NAMED_FROM_S, Number.POSITIVE_INFINITY, 0));
      return;
    }
    const fromS = NAMED_FROM_S + round * NAMED_EVERY_S;
    // The same subject every time: the salt does not change.
    planned.push(choose(scenario, fromS, fromS + NAMED_FOR_S, 0));
  };

  const everyS = scenario === 'shop' ? ROUND_S : NAMED_EVERY_S;
  return {
    until: (atS) => {
      // The earliest incident of a round begins 90 s before it.
      while (rounds * everyS - 90 < atS) planRound(rounds++);
      return planned.filter((incident) => incident.fromS < atS);
    },
  };
}

/** The times in which an incident makes this lane's handshakes slow, of those given. */
export function spellsOf(lane: Lane, incidents: readonly Incident[]): Spell[] {
  const spells: Spell[] = [];
  for (const { kind, fromS, toS, node, zones, workload, slot, addUs } of incidents) {
    const [client, server] = [lane.client, lane.server];
    let sick = false;
    switch (kind) {
      case 'node-bad':
        sick = node !== undefined && (client.node === node || server.node === node);
        break;
      case 'zone-slow': {
        const [a, b] = [client.node?.zoneIndex, server.node?.zoneIndex];
        sick =
          zones !== undefined && ((a === zones[0] && b === zones[1]) || (a === zones[1] && b === zones[0]));
        break;
      }
      case 'target-overload':
        // Whoever connects to it waits, whether the row shows its pods or its ClusterIP.
        sick =
          workload !== undefined &&
          (server.slot?.workload === workload || server.fixed?.ip === workload.clusterIp) &&
          lane.port === workload.flavour.port;
        break;
      case 'source-slow':
        sick = slot !== undefined && client.slot === slot;
        break;
      default:
        break;
    }
    if (!sick) continue;
    spells.push({
      fromS,
      toS,
      sickness: kind === 'target-overload' ? { kind: 'retries' } : { kind: 'delay', addUs },
    });
  }
  return spells;
}
