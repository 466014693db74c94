/**
 * The named scenarios, and the record of what truly happens in one: who, when, and the sentence for it.
 * Knows names and times; how an incident chooses its subject is incidents.ts, what it does to flows traffic.ts.
 */
import type { Proto } from '../../flows/flow';
import type { Role } from './names';

export const SCENARIOS = [
  'shop',
  'quiet',
  'node-bad',
  'zone-slow',
  'target-overload',
  'source-slow',
  'new-link',
  'new-egress',
  'black-hole',
  'sensor-gap',
  'counter-reset',
] as const;

export type ScenarioName = (typeof SCENARIOS)[number];
export type IncidentKind = Exclude<ScenarioName, 'shop' | 'quiet'>;

export const isScenario = (name: string): name is ScenarioName =>
  (SCENARIOS as readonly string[]).includes(name);

/** Throws an Error with the sentence for the reader when there is no such scenario. */
export function parseScenario(name: string): ScenarioName {
  if (isScenario(name)) return name;
  throw new Error(`There is no scenario ${JSON.stringify(name)}; the scenarios are ${SCENARIOS.join(', ')}.`);
}

/** A peer by its names, as flows show them. */
export interface PeerName {
  ns?: string;
  svc?: string;
  pod?: string;
  node?: string;
  ip?: string;
}

/** Who an event is about; only what applies is there. */
export interface TruthSubject {
  node?: string;
  /** Two zones, in their usual order. */
  zones?: readonly [string, string];
  service?: { ns: string; svc: string };
  /** A workload without a Service, such as a job. */
  workload?: { ns: string; name: string };
  pod?: { ns: string; pod: string };
  /** At service level, where the ends have a service. */
  link?: { from: PeerName; to: PeerName };
  /** The rows an incident adds. */
  flows?: readonly { client: PeerName; server: PeerName; port: number; proto: Proto }[];
}

/**
 * Something that truly happens. It shows in the samples after `fromMs` up to and including `toMs`; without `toMs` it
 * stays. Handshake percentiles lag: they look back two minutes. A stopped flow is listed for one more minute.
 */
export interface TruthEvent {
  kind: IncidentKind | 'rollout' | 'job';
  fromMs: number;
  toMs?: number;
  subject: TruthSubject;
  description: string;
}

interface TruthNode {
  name: string;
  zone: string;
  ip: string;
  podCidr: string;
}

interface TruthService {
  ns: string;
  svc: string;
  clusterIp: string;
  port: number;
  role: Role;
  /** How many pods stand behind it. */
  replicas: number;
}

export interface TruthPod {
  ns: string;
  pod: string;
  ip: string;
  node: string;
  zone: string;
  hostNetwork: boolean;
  /** The Deployment, StatefulSet, DaemonSet or CronJob it belongs to. */
  workload: string;
  svc?: string;
}

/** What the simulation knows and the flows only hint at; times are those of the first round where it loops. */
export interface TruthRecord {
  scenario: ScenarioName;
  seed: number;
  /** How many services the shop has, infrastructure not counted. */
  size: number;
  startMs: number;
  zones: readonly string[];
  nodes: readonly TruthNode[];
  services: readonly TruthService[];
  /** Who calls whom among the shop's services when nothing happens. */
  calls: readonly { from: { ns: string; svc: string }; to: { ns: string; svc: string } }[];
  /** Everything of the first 75 minutes, in order. */
  events: readonly TruthEvent[];
  /** Everything that begins before `untilMs`, in order. */
  eventsUntil(untilMs: number): TruthEvent[];
  /** The pods that run at a moment. */
  podsAt(nowMs: number): TruthPod[];
}
