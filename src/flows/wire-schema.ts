/**
 * The contract's JSON as zod schemas, for two readers: openapi.json (the documented shapes: what our server sends)
 * and the tests of wire.ts (`tolerantFlow`: what our page accepts, told a second time and in other words).
 * Never part of the page: zod is 30 times slower per row than wire.ts. Only the server and tests may import it.
 */
import { z } from 'zod';
import { CAUSES } from './causes';
import type { Endpoint, Flow, Stats, Totals } from './flow';
import { AGGREGATES, FORMATS, PROTOCOLS } from './query';

// ---- Documented: plain types, so that z.toJSONSchema can say them. Unknown keys are allowed: the contract grows.

const count = z.int().nonnegative().optional();
const rate = z.number().nonnegative().optional();
const text = z.string().optional();
const handshake = (which: string) =>
  z
    .int()
    .positive()
    .optional()
    .describe(
      `TCP handshake ${which} in microseconds, over a sliding window of about 2 minutes. TCP only; absent means not measured, never fast.`,
    );

const endpointSchema = z
  .looseObject({
    ip: text.describe('IPv4 or IPv6 address.'),
    port: z.int().min(1).max(65_535).optional().describe('Port number; server end only.'),
    pod: text.describe('Kubernetes pod name.'),
    ns: text.describe('Kubernetes namespace.'),
    svc: text.describe('Kubernetes service name; without `pod`, a service address before NAT (ClusterIP).'),
    node: text.describe('Kubernetes node name; without `pod`, a process of the host.'),
    container_id: text.describe('Container ID; `format=full` only.'),
    cgroup_id: count.describe('Cgroup ID; `format=full` only. Not unique across nodes.'),
  })
  .describe(
    'One end of a flow. Every field is optional; an aggregated end has only the fields of its level.',
  );

const statsSchema = z
  .looseObject({
    tx_pkts: count.describe('Packets this end transmitted.'),
    rx_pkts: count.describe('Packets this end received.'),
    tx_bytes: count.describe('Bytes this end transmitted, as counted by the sensor.'),
    rx_bytes: count.describe('Bytes this end received, as counted by the sensor.'),
    tx_pps: rate.describe('Packets transmitted per second; `format=full` only.'),
    rx_pps: rate.describe('Packets received per second; `format=full` only.'),
    tx_bps: rate.describe('Bits transmitted per second; `format=full` only.'),
    rx_bps: rate.describe('Bits received per second; `format=full` only.'),
    timestamp: text.describe('Last update, ISO 8601; `format=full` only.'),
    tcp_handshake_p50_us: handshake('median (P50)'),
    tcp_handshake_p90_us: handshake('P90'),
    tcp_handshake_p99_us: handshake('P99'),
  })
  .describe('Traffic as one end saw it. In an aggregated row: counters summed, percentiles the largest.');

const totalsSchema = z
  .looseObject({
    pkts: count.describe('Packets, both perspectives added.'),
    bytes: count.describe('Bytes, both perspectives added.'),
    pps: rate.describe('Packets per second, both perspectives added.'),
    bps: rate.describe('Bits per second, both perspectives added.'),
  })
  .describe('Both perspectives added: counts traffic twice where both ends were seen.');

/** One row of `/mcp/flows`, `compact` or `full`. */
export const flowSchema = z
  .looseObject({
    proto: z.enum(PROTOCOLS).describe('Transport protocol.'),
    client: endpointSchema,
    server: endpointSchema,
    client_stats: statsSchema.optional().describe('What the client saw; absent when its end was not seen.'),
    server_stats: statsSchema.optional().describe('What the server saw; absent when its end was not seen.'),
    totals: totalsSchema.optional(),
  })
  .describe('One L4 flow: all connections of one client to one server address and port.');

const envelope = {
  total: z.int().nonnegative().describe('Rows that matched, before `limit`, after aggregation.'),
  truncated: z.boolean().describe('True when `limit` left rows out.'),
};

/** The response of `/mcp/flows` for `format=compact` and `format=full`. */
export const answerSchema = z
  .looseObject({ flows: z.array(flowSchema), ...envelope })
  .describe('Response of /mcp/flows for format=compact and format=full.');

const rawAnswerSchema = z
  .looseObject({
    flows: z.array(z.record(z.string(), z.unknown())).describe("Rows under the workers' own field names."),
    ...envelope,
  })
  .describe('Response of /mcp/flows for format=raw. The layout of a row is not documented.');

const figure = z.int().nonnegative();
const talker = { client_pod: z.string(), server_pod: z.string() };

/** The response of `/mcp/flows/summary`. */
export const summarySchema = z
  .looseObject({
    total_flows: figure,
    tcp_flows: figure,
    udp_flows: figure,
    total_bytes: figure.describe('Bytes, both perspectives added.'),
    total_pkts: figure.describe('Packets, both perspectives added.'),
    unique_clients: figure,
    unique_servers: figure,
    top_by_bytes: z.array(z.looseObject({ ...talker, bytes: figure })).describe('Largest first.'),
    top_by_pkts: z.array(z.looseObject({ ...talker, pkts: figure })).describe('Largest first.'),
    by_namespace: z.record(z.string(), figure).describe('Namespace to the flows that touch it.'),
    cross_namespace: z
      .array(z.looseObject({ src_ns: z.string(), dst_ns: z.string(), flows: figure, bytes: figure }))
      .describe('Traffic between different namespaces, largest first.'),
  })
  .describe('Response of /mcp/flows/summary.');

const name = z.string().min(1).max(1024).optional();

/** The eight parameters of `/mcp/flows`; an empty one is absent, unknown ones are ignored. */
export const querySchema = z
  .object({
    format: z.enum(FORMATS).optional().describe('Response format; `compact` when absent.'),
    aggregate: z.enum(AGGREGATES).optional().describe('Aggregation level; `raw` ignores it.'),
    l4proto: z.enum(PROTOCOLS).optional().describe('Keep one transport protocol.'),
    ip: z.string().optional().describe('Keep flows with this address, or within this CIDR, on either side.'),
    ns: name.describe('Keep flows with exactly this namespace on either side.'),
    pod: name.describe('Keep flows with this text in the pod name of either side.'),
    svc: name.describe('Keep flows with this text in the service name of either side.'),
    limit: z.int().min(1).optional().describe('Most rows to return, counted after aggregation.'),
  })
  .describe('Query parameters of /mcp/flows.');

/** Every error of the API: 400, 404, 405, 502, 504. */
export const errorSchema = z
  .looseObject({
    error: z.string().min(1).describe('One sentence for a reader.'),
    cause: z.enum(CAUSES),
  })
  .describe('An error: a sentence for people, its cause for programs.');

/** `components.schemas` of an OpenAPI 3.1 document; the schemas refer to each other by name. */
export function componentSchemas(): Record<string, object> {
  const components = z.registry<{ id: string }>();
  components.add(endpointSchema, { id: 'Endpoint' });
  components.add(statsSchema, { id: 'Stats' });
  components.add(totalsSchema, { id: 'Totals' });
  components.add(flowSchema, { id: 'Flow' });
  components.add(answerSchema, { id: 'Answer' });
  components.add(rawAnswerSchema, { id: 'RawAnswer' });
  components.add(summarySchema, { id: 'Summary' });
  components.add(querySchema, { id: 'Query' });
  components.add(errorSchema, { id: 'Error' });
  const { schemas } = z.toJSONSchema(components, { uri: (id) => `#/components/schemas/${id}` });
  // The document itself names dialect and place, so neither is repeated in each component.
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _place, ...schema }]) => [id, schema]),
  );
}

// ---- Tolerant: the oracle of wire.ts. A bad value is absent, a bad row is refused.

const anyText = z.string().min(1).optional().catch(undefined);
/** As wire.ts readCount has it: from 2^63 on it is no count any more. */
const countable = z
  .number()
  .nonnegative()
  .lt(2 ** 63);
const anyCount = z
  .union([
    countable,
    z
      .string()
      .trim()
      .regex(/^\d+(\.\d+)?(?:[eE][-+]?\d+)?$/)
      .transform(Number)
      .pipe(countable),
  ])
  .optional()
  .catch(undefined);
const aboveZero = anyCount.pipe(z.number().positive().optional()).catch(undefined);
const port = anyCount.pipe(z.int().min(1).max(65_535).optional()).catch(undefined);

/** The same object under our names, without what turned out to be absent. */
const rename = (json: Record<string, unknown>, names: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([wire, ours]) => (json[wire] === undefined ? [] : [[ours, json[wire]]])),
  );

const endFields = { ip: anyText, pod: anyText, ns: anyText, svc: anyText, node: anyText };
const endNames = { ip: 'ip', pod: 'pod', ns: 'ns', svc: 'svc', node: 'node' };
const idFields = { container_id: anyText, cgroup_id: aboveZero };
const idNames = { container_id: 'containerId', cgroup_id: 'cgroupId' };

const tolerantClient = z
  .object({ ...endFields, ...idFields })
  .transform((json): Endpoint => rename(json, { ...endNames, ...idNames }));
const tolerantServer = z
  .object({ ...endFields, port, ...idFields })
  .transform((json): Endpoint => rename(json, { ...endNames, port: 'port', ...idNames }));

const tolerantStats = z
  .object({
    tx_pkts: anyCount,
    rx_pkts: anyCount,
    tx_bytes: anyCount,
    rx_bytes: anyCount,
    tx_pps: anyCount,
    rx_pps: anyCount,
    tx_bps: anyCount,
    rx_bps: anyCount,
    timestamp: anyText,
    tcp_handshake_p50_us: aboveZero,
    tcp_handshake_p90_us: aboveZero,
    tcp_handshake_p99_us: aboveZero,
  })
  .transform(
    (json): Stats =>
      rename(json, {
        tx_pkts: 'txPkts',
        rx_pkts: 'rxPkts',
        tx_bytes: 'txBytes',
        rx_bytes: 'rxBytes',
        tx_pps: 'txPps',
        rx_pps: 'rxPps',
        tx_bps: 'txBps',
        rx_bps: 'rxBps',
        timestamp: 'timestamp',
        tcp_handshake_p50_us: 'p50Us',
        tcp_handshake_p90_us: 'p90Us',
        tcp_handshake_p99_us: 'p99Us',
      }),
  )
  .optional()
  .catch(undefined);

const tolerantTotals = z
  .object({ pkts: anyCount, bytes: anyCount, pps: anyCount, bps: anyCount })
  .transform((json): Totals => rename(json, { pkts: 'pkts', bytes: 'bytes', pps: 'pps', bps: 'bps' }))
  .optional()
  .catch(undefined);

/** One row as wire.ts must read it; fails exactly where wire.ts rejects the row. */
export const tolerantFlow = z
  .object({
    proto: z.string().toLowerCase().pipe(z.enum(PROTOCOLS)),
    client: tolerantClient,
    server: tolerantServer,
    client_stats: tolerantStats,
    server_stats: tolerantStats,
    totals: tolerantTotals,
  })
  .transform(
    ({ proto, client, server, client_stats, server_stats, totals }): Flow => ({
      proto,
      client,
      server,
      ...(client_stats === undefined ? {} : { clientStats: client_stats }),
      ...(server_stats === undefined ? {} : { serverStats: server_stats }),
      ...(totals === undefined ? {} : { totals }),
    }),
  );
