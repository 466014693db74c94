/** Who is active and who is idle: questions 10, 11, 22 and 23. Activity is being named in a flow, never merely existing. */
import { flowKey } from '../../flows/flow';
import { identify } from '../../flows/identity';
import { activityOf } from '../activity';
import { type Finding, numberColumn, type Subject, textColumn } from './answer';
import type { QuestionFacts } from './facts';
import { listing, plural } from './wording';

const NO_INVENTORY =
  'Which pods exist is not known: start the server with --inventory FILE (kubectl get nodes,pods,services,endpointslices -A -o json).';

/** 10. Which pods are actively communicating right now? */
export function activePods(_subject: Subject, facts: QuestionFacts): Finding {
  const { pods } = activityOf(facts.flows, undefined, facts.graphAt);
  const moving = movingPods(facts);
  const active = moving === undefined ? pods : pods.filter(({ id }) => moving.has(id));
  const spaces = new Set(active.map(({ namespace }) => namespace)).size;
  return {
    sentence:
      moving === undefined
        ? `${plural(active.length, 'pod')} in ${plural(spaces, 'namespace')} ${active.length === 1 ? 'is' : 'are'} named in the flows of this answer.`
        : `${plural(active.length, 'pod')} in ${plural(spaces, 'namespace')} moved data between the last two polls; ${plural(pods.length - active.length, 'more pod')} ${pods.length - active.length === 1 ? 'is' : 'are'} named in flows that stood still.`,
    figures: [
      { label: 'Active pods', unit: 'count', value: active.length },
      { label: 'Namespaces', unit: 'count', value: spaces },
    ],
    columns: [
      textColumn('Pod'),
      textColumn('Namespace'),
      textColumn('Node'),
      numberColumn('Opens to', 'count'),
      numberColumn('Serves', 'count'),
      numberColumn('Sent', 'bytes'),
      numberColumn('Received', 'bytes'),
    ],
    rows: active.map((pod) => ({
      cells: [
        pod.label,
        pod.namespace ?? null,
        pod.node ?? null,
        pod.opens,
        pod.receives,
        pod.sentBytes,
        pod.receivedBytes,
      ],
      select: { peer: pod.id },
    })),
    view: { query: {}, level: 'pod', panel: 'workloads' },
    unknowns:
      moving === undefined
        ? [
            'Counters add up since the sensor started: which of these pods talk at this moment needs two polls.',
          ]
        : [],
  };
}

/** Pods with a rate above nothing; undefined without rates. */
function movingPods({ flows, rates }: QuestionFacts): ReadonlySet<string> | undefined {
  if (rates === undefined || rates.size === 0) return undefined;
  const moving = new Set<string>();
  for (const flow of flows) {
    const rate = rates.get(flowKey(flow));
    if (rate === undefined || (rate.bytesPerS <= 0 && rate.packetsPerS <= 0)) continue;
    for (const end of [flow.client, flow.server]) moving.add(identify(end, 'pod').id);
  }
  return moving;
}

/** 11. What namespaces have traffic flowing? */
export function activeNamespaces(_subject: Subject, facts: QuestionFacts): Finding {
  const { namespaces } = activityOf(facts.flows, undefined, facts.graphAt);
  return {
    sentence:
      namespaces.length === 0
        ? 'No flow of this answer names a namespace.'
        : `${plural(namespaces.length, 'namespace')} ${namespaces.length === 1 ? 'has' : 'have'} traffic: ${listing(namespaces.map(({ name }) => name))}.`,
    figures: [{ label: 'Namespaces', unit: 'count', value: namespaces.length }],
    columns: [
      textColumn('Namespace'),
      numberColumn('Pods', 'count'),
      numberColumn('Flows', 'count'),
      numberColumn('Inside', 'bytes'),
      numberColumn('Sent out', 'bytes'),
      numberColumn('Received', 'bytes'),
    ],
    rows: namespaces.map((one) => ({
      cells: [one.name, one.pods, one.flows, one.insideBytes, one.sentBytes, one.receivedBytes],
      select: { peer: one.id },
    })),
    view: { query: {}, level: 'namespace', panel: 'workloads' },
    unknowns: [],
  };
}

/** 22. Which pods are idle? */
export function idlePods(_subject: Subject, facts: QuestionFacts): Finding {
  const { idle, undecided } = activityOf(facts.flows, facts.inventory, facts.graphAt);
  const known = idle ?? [];
  const running =
    facts.inventory?.pods.filter(({ phase }) => phase === undefined || phase === 'Running').length ?? 0;
  return {
    sentence:
      idle === undefined
        ? 'Idle pods are those that exist and do not talk; which pods exist is not known here.'
        : known.length === 0
          ? `No pod is idle: every one of ${plural(running, 'running pod')} is in these flows.`
          : `${known.length} of ${plural(running, 'running pod')} ${known.length === 1 ? 'is' : 'are'} in no flow: ${listing(known.map(({ ns, name }) => `${ns}/${name}`))}.`,
    figures: [
      { label: 'Idle pods', unit: 'count', value: idle === undefined ? null : known.length },
      { label: 'Running pods', unit: 'count', value: idle === undefined ? null : running },
    ],
    columns: [textColumn('Pod'), textColumn('Namespace'), textColumn('Node')],
    rows: known.map(({ ns, name, node }) => ({ cells: [name, ns, node ?? null] })),
    view: { query: {}, level: 'pod', panel: 'workloads' },
    unknowns: [
      ...(idle === undefined ? [NO_INVENTORY] : []),
      ...(undecided.length === 0
        ? []
        : [
            `${plural(undecided.length, 'pod uses its', 'pods use their')} node’s address and cannot be told from its host processes: ${listing(undecided.map(({ ns, name }) => `${ns}/${name}`))}.`,
          ]),
    ],
  };
}

/** 23. Which services are active? */
export function activeServices(_subject: Subject, facts: QuestionFacts): Finding {
  const { services } = activityOf(facts.flows, undefined, facts.graphAt);
  const receiving = services.filter(({ receives }) => receives > 0).length;
  const named = new Set(services.map(({ namespace, label }) => `${namespace ?? ''}/${label}`));
  const silent = facts.inventory?.services.filter(({ ns, name }) => !named.has(`${ns}/${name}`)) ?? [];
  return {
    sentence: `${plural(services.length, 'service')} ${services.length === 1 ? 'has' : 'have'} traffic, ${receiving} of them ${receiving === 1 ? 'receives' : 'receive'} connections${facts.inventory === undefined ? '' : `; ${plural(silent.length, 'service')} of the inventory ${silent.length === 1 ? 'has' : 'have'} none`}.`,
    figures: [
      { label: 'Active services', unit: 'count', value: services.length },
      { label: 'Receiving connections', unit: 'count', value: receiving },
      {
        label: 'Without traffic',
        unit: 'count',
        value: facts.inventory === undefined ? null : silent.length,
      },
    ],
    columns: [
      textColumn('Service'),
      textColumn('Namespace'),
      numberColumn('Clients', 'count'),
      numberColumn('Opens to', 'count'),
      numberColumn('Flows', 'count'),
      numberColumn('Sent', 'bytes'),
      numberColumn('Received', 'bytes'),
    ],
    rows: services.map((service) => ({
      cells: [
        service.label,
        service.namespace ?? null,
        service.receives,
        service.opens,
        service.flows,
        service.sentBytes,
        service.receivedBytes,
      ],
      select: { peer: service.id },
    })),
    view: { query: {}, level: 'service', panel: 'workloads' },
    unknowns:
      facts.inventory === undefined
        ? ['Services without traffic are not known: no inventory was given.']
        : silent.length === 0
          ? []
          : [`Without traffic: ${listing(silent.map(({ ns, name }) => `${ns}/${name}`))}.`],
  };
}
