/**
 * What the questions must answer on the lab capture, worked out a second time. Plain Node on the recorded JSON, by the
 * rules of the design written anew: nothing is imported from src/, so a mistake there is not repeated here.
 *
 *   node scripts/lab-answers.mjs && npx biome format --write e2e/lab-answers.json
 *
 * Two sets: `recording`, the last line of the recording that ships, and `truth`, the whole capture under SHOAL_DATA
 * (default ../shared/data). Without that folder the set that is in the file already is kept.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const project = fileURLToPath(new URL('..', import.meta.url));
const lab = path.resolve(project, process.env.SHOAL_DATA ?? '../shared/data', 'lab-bands');
const output = path.join(project, 'e2e/lab-answers.json');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

const before = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const total = (list, value) => list.reduce((n, one) => n + value(one), 0);
const distinct = (list) => [...new Set(list)];
const middle = (list) => {
  if (list.length === 0) return null;
  const s = [...list].sort((a, b) => a - b);
  const m = Math.floor(s.length / 2);
  return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
};
const bucket = (list, key) => {
  const groups = {};
  for (const one of list) {
    const k = key(one);
    groups[k] ??= [];
    groups[k].push(one);
  }
  return groups;
};

// ---- who is it ------------------------------------------------------------------------------------------------------

/** The only outside addresses of the laboratory are the documentation ranges of RFC 5737. */
const isPublic = (ip) => /^(192\.0\.2|198\.51\.100|203\.0\.113)\./.test(ip ?? '');

function peer(end, level) {
  if (level === 'namespace' && end.ns)
    return { id: `ns:${end.ns}`, kind: 'namespace', name: end.ns, label: end.ns };
  const inside = { ns: end.ns };
  if (end.svc && (level === 'service' || !end.pod)) {
    return {
      id: `svc:${end.ns}/${end.svc}`,
      kind: 'service',
      name: `${end.ns}/${end.svc}`,
      label: end.svc,
      ...inside,
    };
  }
  if (end.pod)
    return {
      id: `pod:${end.ns}/${end.pod}`,
      kind: 'pod',
      name: `${end.ns}/${end.pod}`,
      label: end.pod,
      ...inside,
    };
  if (end.node) {
    const name = `host process on ${end.node}`;
    return { id: `host:${end.node}`, kind: 'host', name, label: name };
  }
  return isPublic(end.ip)
    ? { id: `ext:${end.ip}`, kind: 'external', name: end.ip, label: end.ip }
    : { id: `ip:${end.ip}`, kind: 'unresolved', name: end.ip, label: end.ip };
}

// ---- what the numbers mean ------------------------------------------------------------------------------------------

const saw = (stats) =>
  stats != null && ['tx_bytes', 'rx_bytes', 'tx_pkts', 'rx_pkts'].some((field) => stats[field] > 0);

/** Each direction by its sender; by the receiver where the sender was not seen. The lab's rows are joined: no halves. */
function volume(rows, unit) {
  let sent = 0;
  let received = 0;
  for (const { client_stats: c, server_stats: s } of rows) {
    sent += saw(c) ? c[`tx_${unit}`] : saw(s) ? s[`rx_${unit}`] : 0;
    received += saw(s) ? s[`tx_${unit}`] : saw(c) ? c[`rx_${unit}`] : 0;
  }
  return { sent, received, both: sent + received };
}

function answersFor(flows, inventory, expectedWhole) {
  if (
    flows.some(
      (f) => saw(f.client_stats) && !saw(f.server_stats) && f.server.svc && !f.server.pod && splits(f),
    )
  ) {
    throw new Error('These rows are not joined: a service address and the pods behind it are both there.');
  }
  /** A row to a service's address whose pods' own rows are also there, from the same client. */
  function splits(near) {
    return flows.some(
      (far) =>
        far.proto === near.proto &&
        far.client.pod === near.client.pod &&
        far.server.svc === near.server.svc &&
        far.server.ns === near.server.ns &&
        far.server.pod &&
        !saw(far.client_stats) &&
        saw(far.server_stats),
    );
  }

  const ratios = flows.flatMap(({ client_stats: c, server_stats: s }) => {
    const [a, b] = [c?.tcp_handshake_p50_us, s?.tcp_handshake_p50_us];
    return a && b ? [Math.max(a, b) / Math.min(a, b)] : [];
  });
  const believesServer = ratios.length > 0 && middle(ratios) <= 3;

  function handshake({ proto, client_stats: c, server_stats: s }) {
    if (proto !== 'tcp') return undefined;
    const of = (stats, side) =>
      stats?.tcp_handshake_p99_us === undefined
        ? undefined
        : { side, p50: stats.tcp_handshake_p50_us, p99: stats.tcp_handshake_p99_us };
    return of(c, 'client') ?? (believesServer ? of(s, 'server') : undefined);
  }

  function about(rows) {
    const seen = rows.map(handshake);
    const known = seen.filter((one) => one !== undefined);
    const bytes = volume(rows, 'bytes');
    const packets = volume(rows, 'pkts');
    const tcp = rows.filter((row) => row.proto === 'tcp').length;
    const worst = known.length ? Math.max(...known.map((one) => one.p99)) : null;
    const silent = packets.sent > 0 && packets.received === 0 && known.length === 0 && tcp === rows.length;
    const band =
      worst === null
        ? 'not measured'
        : worst < 1e3
          ? 'excellent'
          : worst < 1e4
            ? 'good'
            : worst < 1e5
              ? 'elevated'
              : 'high';
    return {
      rows: rows.length,
      tcp,
      known: known.length,
      ...bytes,
      packets: packets.both,
      worst,
      band,
      silent,
      word: silent ? 'no answer' : band,
      low: known.length ? Math.min(...known.map((one) => one.p50)) : null,
      high: known.length ? Math.max(...known.map((one) => one.p50)) : null,
      place: worst === null ? null : `${seen.findIndex((one) => one?.p99 === worst) + 1} of ${tcp}`,
    };
  }

  const ports = (rows) =>
    distinct(rows.map(({ server, proto }) => `${server.port}/${proto}`))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || before(a, b))
      .join(', ');

  const links = (level, rows = flows) =>
    Object.values(bucket(rows, (f) => `${peer(f.client, level).id}>${peer(f.server, level).id}`)).map(
      (group) => {
        const from = peer(group[0].client, level);
        const to = peer(group[0].server, level);
        return { id: `${from.id}>${to.id}`, from, to, group, ports: ports(group), ...about(group) };
      },
    );
  const byBytes = (a, b) => b.both - a.both || before(a.id, b.id);

  /** The peers at the other end, as rows. */
  function side(rows, other) {
    const groups = Object.values(bucket(rows, (f) => other(f).id)).map((group) => ({
      id: other(group[0]).id,
      peer: other(group[0]),
      ports: ports(group),
      ...about(group),
    }));
    groups.sort(byBytes);
    return {
      groups,
      rows: groups.map((g) => [g.peer.label, g.peer.ns ?? null, g.ports, g.rows, g.both, g.worst, g.word]),
      flows: total(groups, (g) => g.rows),
      bytes: total(groups, (g) => g.both),
    };
  }

  /** Which rows a subject serves and which it opens. */
  function ends(subject) {
    if (subject.port !== undefined)
      return { serves: (f) => f.server.port === subject.port, opens: () => false };
    if (subject.namespace !== undefined) {
      const inside = (end) => end.ns === subject.namespace;
      return {
        serves: (f) => inside(f.server) && !inside(f.client),
        opens: (f) => inside(f.client) && !inside(f.server),
      };
    }
    const is = (end) => peer(end, 'service').id === subject.peer || peer(end, 'pod').id === subject.peer;
    return { serves: (f) => is(f.server), opens: (f) => is(f.client) };
  }

  const zones = new Map(
    inventory.items
      .filter((item) => item.kind === 'Node')
      .map((item) => [item.metadata.name, item.metadata.labels['topology.kubernetes.io/zone']]),
  );

  function zoneTable(rows) {
    const placed = rows.flatMap((f) => {
      const [from, to] = [zones.get(f.client.node), zones.get(f.server.node)];
      const way = from !== to ? 'across zones' : f.client.node === f.server.node ? 'same node' : 'same zone';
      return from && to ? [{ from, to, way, seen: handshake(f) }] : [];
    });
    const p50s = (test) => placed.filter((one) => one.seen && test(one)).map((one) => one.seen.p50);
    const far = p50s((one) => one.way === 'across zones');
    const near = p50s((one) => one.way === 'same zone');
    const table = Object.values(bucket(placed, ({ from, to, way }) => `${from} ${to} ${way}`))
      .sort((a, b) => before(a[0].from, b[0].from) || before(a[0].to, b[0].to) || before(a[0].way, b[0].way))
      .map((group) => {
        const known = group.filter((one) => one.seen).map((one) => one.seen);
        const values = known.map((one) => one.p50);
        return [
          group[0].from,
          group[0].to,
          group[0].way,
          group.length,
          known.length,
          values.length ? Math.min(...values) : null,
          middle(values),
          values.length ? Math.max(...values) : null,
          known.length ? Math.max(...known.map((one) => one.p99)) : null,
        ];
      });
    return {
      figures: {
        'Typical p50 across zones': middle(far),
        'Typical p50 between nodes of a zone': middle(near),
        Penalty: far.length && near.length ? middle(far) - middle(near) : null,
        'Flows across zones': far.length,
        'Flows between nodes of a zone': near.length,
      },
      rows: table,
    };
  }

  // The whole: what every end sent, and what came from outside, where nobody counts. A private address that no row
  // names is outside too.
  const named = new Set(
    flows
      .flatMap((f) => [f.client, f.server])
      .flatMap((end) => (end.pod || end.svc || end.node ? [end.ip] : [])),
  );
  const isOutside = (end) => !(end.pod || end.svc || end.node) && (isPublic(end.ip) || !named.has(end.ip));
  function contribution({ client, server, client_stats: c, server_stats: s }) {
    const sent = (saw(c) ? c.tx_bytes : 0) + (saw(s) ? s.tx_bytes : 0);
    if (saw(c) && !saw(s) && isOutside(server)) return sent + c.rx_bytes;
    return saw(s) && !saw(c) && isOutside(client) ? sent + s.rx_bytes : sent;
  }
  const whole = total(flows, contribution);
  if (whole !== expectedWhole)
    throw new Error(`The whole is ${whole} bytes, not ${expectedWhole}: a rule is wrong here.`);

  const tcpRows = flows.filter((f) => f.proto === 'tcp');

  const answer = {
    1({ opens }) {
      const s = side(flows.filter(opens), (f) => peer(f.server, 'service'));
      const kinds = (kind) => s.groups.filter((g) => g.peer.kind === kind).length;
      const [services, outside] = [kinds('service'), kinds('external')];
      return {
        figures: {
          Services: services,
          'External addresses': outside,
          'Other peers': s.groups.length - services - outside,
          Flows: s.flows,
          Bytes: s.bytes,
        },
        rows: s.rows,
      };
    },
    2(_ends, { peer: start, depth }) {
      const all = links('service');
      const rows = [];
      const counts = {};
      for (const [direction, near, far] of [
        ['downstream', 'from', 'to'],
        ['upstream', 'to', 'from'],
      ]) {
        const hops = new Map([[start, 0]]);
        for (let hop = 0; hop < depth; hop++) {
          for (const link of all) {
            if (hops.get(link[near].id) === hop && !hops.has(link[far].id)) hops.set(link[far].id, hop + 1);
          }
        }
        const reached = all.filter((link) => (hops.get(link[near].id) ?? depth) < depth);
        reached.sort((a, b) => hops.get(a[near].id) - hops.get(b[near].id) || byBytes(a, b));
        for (const link of reached) {
          const hop = hops.get(link[near].id) + 1;
          rows.push([
            direction,
            hop,
            link.from.name,
            link.to.name,
            link.ports,
            link.rows,
            link.both,
            link.worst,
            link.word,
          ]);
        }
        counts[direction] = distinct(reached.map((link) => link[far].id)).filter((id) => id !== start).length;
      }
      return {
        figures: {
          'Peers downstream': counts.downstream,
          'Peers upstream': counts.upstream,
          Links: distinct(rows.map((row) => `${row[2]}>${row[3]}`)).length,
        },
        rows,
      };
    },
    3({ serves }) {
      const rows = flows.filter(serves);
      const pods = side(
        rows.filter((f) => f.client.pod),
        (f) => peer(f.client, 'pod'),
      );
      const others = distinct(rows.filter((f) => !f.client.pod).map((f) => peer(f.client, 'pod').id)).length;
      return {
        figures: { Pods: pods.rows.length, 'Other peers': others, Flows: pods.flows, Bytes: pods.bytes },
        rows: pods.rows,
      };
    },
    4() {
      const across = links('service').filter(({ from, to }) => from.ns && to.ns && from.ns !== to.ns);
      across.sort((a, b) => before(a.to.ns, b.to.ns) || byBytes(a, b));
      return {
        figures: {
          Links: across.length,
          'Pairs of namespaces': distinct(across.map(({ from, to }) => `${from.ns} ${to.ns}`)).length,
          Flows: total(across, (l) => l.rows),
          Bytes: total(across, (l) => l.both),
        },
        rows: across.map((l) => [
          l.from.label,
          l.from.ns,
          l.to.label,
          l.to.ns,
          l.ports,
          l.rows,
          l.both,
          l.worst,
          l.word,
        ]),
      };
    },
    5({ serves }) {
      const s = side(flows.filter(serves), (f) => peer(f.client, 'service'));
      return {
        figures: {
          Peers: s.rows.length,
          'External addresses': s.groups.filter((g) => g.peer.kind === 'external').length,
          Flows: s.flows,
          Bytes: s.bytes,
        },
        rows: s.rows,
      };
    },
    7() {
      const all = links('service').sort(byBytes);
      return {
        figures: { 'Most bytes on one link': all[0].both, Links: all.length },
        rows: all
          .slice(0, 10)
          .map((l) => [l.from.name, l.to.name, l.ports, l.both, total(l.group, contribution) / whole]),
      };
    },
    8() {
      const all = flows.map((f) => ({
        cells: [
          peer(f.client, 'pod').name,
          peer(f.server, 'pod').name,
          `${f.server.port}/${f.proto}`,
          volume([f], 'pkts').both,
          volume([f], 'bytes').both,
        ],
      }));
      all.sort((a, b) => b.cells[3] - a.cells[3]);
      return {
        figures: { 'Most packets on one flow': all[0].cells[3], Flows: all.length },
        rows: all.slice(0, 10).map(({ cells }) => cells),
      };
    },
    9() {
      const out = flows.filter((f) => isPublic(f.server.ip) && !f.server.pod);
      const groups = Object.values(
        bucket(out, (f) => [peer(f.client, 'service').id, f.server.ip, f.server.port, f.proto].join(' ')),
      ).map((group) => ({ group, ...about(group) }));
      groups.sort((a, b) => b.both - a.both);
      const calls = flows.filter((f) => isPublic(f.client.ip) && !f.client.pod);
      return {
        figures: {
          'External addresses': distinct(out.map((f) => f.server.ip)).length,
          Sent: total(groups, (g) => g.sent),
          Received: total(groups, (g) => g.received),
          'Replies to external clients': volume(calls, 'bytes').received,
        },
        rows: groups.map(({ group: [f], ...g }) => [
          peer(f.client, 'service').name,
          f.server.ip,
          `${f.server.port}/${f.proto}`,
          g.rows,
          g.sent,
          g.received,
          g.worst,
          g.word,
        ]),
      };
    },
    10() {
      const all = links('pod');
      const pods = new Map();
      for (const f of flows)
        for (const end of [f.client, f.server]) if (end.pod) pods.set(peer(end, 'pod').id, end);
      const rows = [...pods].map(([id, end]) => {
        const [opens, serves] = [all.filter((l) => l.from.id === id), all.filter((l) => l.to.id === id)];
        const sent = total(opens, (l) => l.sent) + total(serves, (l) => l.received);
        const received = total(opens, (l) => l.received) + total(serves, (l) => l.sent);
        return { id, cells: [end.pod, end.ns, end.node, opens.length, serves.length, sent, received] };
      });
      rows.sort((a, b) => b.cells[5] + b.cells[6] - a.cells[5] - a.cells[6] || before(a.id, b.id));
      return {
        figures: {
          'Active pods': rows.length,
          Namespaces: distinct([...pods.values()].map((end) => end.ns)).length,
        },
        rows: rows.map(({ cells }) => cells),
      };
    },
    11() {
      const names = distinct(flows.flatMap((f) => [f.client.ns, f.server.ns]).filter(Boolean));
      const rows = names.map((ns) => {
        const both = flows.filter((f) => f.client.ns === ns && f.server.ns === ns);
        const out = volume(
          flows.filter((f) => f.client.ns === ns && f.server.ns !== ns),
          'bytes',
        );
        const into = volume(
          flows.filter((f) => f.client.ns !== ns && f.server.ns === ns),
          'bytes',
        );
        const touching = flows.filter((f) => f.client.ns === ns || f.server.ns === ns);
        const pods = touching.flatMap((f) => [f.client, f.server]).filter((end) => end.ns === ns && end.pod);
        return [
          ns,
          distinct(pods.map((end) => end.pod)).length,
          touching.length,
          volume(both, 'bytes').both,
          out.sent + into.received,
          out.received + into.sent,
        ];
      });
      rows.sort((a, b) => b[2] - a[2] || before(a[0], b[0]));
      return { figures: { Namespaces: names.length }, rows };
    },
    12({ serves }) {
      const s = side(flows.filter(serves), (f) => peer(f.client, 'service'));
      return {
        figures: {
          Receiving: s.groups.some((g) => !g.silent) ? 'yes' : 'no',
          Peers: s.rows.length,
          Flows: s.flows,
          Bytes: s.bytes,
        },
        rows: s.rows,
      };
    },
    13(_ends, { milliseconds }) {
      const known = tcpRows.flatMap((f) => {
        const seen = handshake(f);
        return seen ? [{ f, seen, from: peer(f.client, 'pod'), to: peer(f.server, 'pod') }] : [];
      });
      const slow = known.filter(({ seen }) => seen.p99 > milliseconds * 1000);
      slow.sort(
        (a, b) => b.seen.p99 - a.seen.p99 || before(a.from.id, b.from.id) || before(a.to.id, b.to.id),
      );
      return {
        figures: {
          [`Flows over ${milliseconds} ms`]: slow.length,
          'Measured TCP flows': known.length,
          'TCP flows': tcpRows.length,
          'Worst p99': slow[0]?.seen.p99 ?? null,
        },
        rows: slow.map(({ f, seen, from, to }) => [
          from.name,
          to.name,
          `${f.server.port}/tcp`,
          seen.p50,
          seen.p99,
          seen.side,
        ]),
      };
    },
    14() {
      const known = links('service').filter((l) => l.worst !== null);
      const slow = known
        .filter((l) => l.worst >= 1e4)
        .sort((a, b) => b.worst - a.worst || before(a.id, b.id));
      const high = slow.filter((l) => l.worst >= 1e5).length;
      return {
        figures: { Elevated: slow.length - high, High: high, 'Measured links': known.length },
        rows: slow.map((l) => [l.from.name, l.to.name, l.ports, l.worst, l.place, l.low, l.high, l.band]),
      };
    },
    15: () => zoneTable(tcpRows),
    17: ({ serves }) => zoneTable(tcpRows.filter(serves)),
    21(_ends, { namespace, zone }) {
      const place = (end) =>
        peer(end, 'pod').kind === 'external' ? 'outside the cluster' : (zones.get(end.node) ?? 'unknown');
      const touching = flows.filter((f) => f.client.ns === namespace || f.server.ns === namespace);
      const verdict = (a, b) =>
        [a, b].some((z) => z !== zone && z !== 'unknown')
          ? 'leaves'
          : [a, b].includes('unknown')
            ? 'unknown'
            : 'stays';
      const groups = Object.values(
        bucket(touching, (f) =>
          [peer(f.client, 'service').id, peer(f.server, 'service').id, place(f.client), place(f.server)].join(
            '|',
          ),
        ),
      ).map((group) => {
        const f = group[0];
        const at = [place(f.client), place(f.server)];
        const [from, to] = [peer(f.client, 'service'), peer(f.server, 'service')];
        return { from, to, at, ports: ports(group), verdict: verdict(...at), ...about(group) };
      });
      const order = ['leaves', 'unknown', 'stays'];
      groups.sort(
        (a, b) =>
          order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
          b.both - a.both ||
          before(a.from.id, b.from.id) ||
          before(a.to.id, b.to.id) ||
          before(a.at.join(), b.at.join()),
      );
      const sum = (word) =>
        total(
          groups.filter((g) => g.verdict === word),
          (g) => g.both,
        );
      return {
        figures: { Zone: zone, Stays: sum('stays'), Leaves: sum('leaves'), 'Not known': sum('unknown') },
        rows: groups.map((g) => [g.from.name, g.to.name, g.ports, ...g.at, g.rows, g.both, g.verdict]),
      };
    },
    22() {
      const talking = new Set(
        flows.flatMap((f) => [f.client, f.server]).map((end) => `${end.ns}/${end.pod}`),
      );
      const running = inventory.items.filter(
        (item) => item.kind === 'Pod' && item.status.phase === 'Running',
      );
      const idle = running.filter(({ metadata: m }) => !talking.has(`${m.namespace}/${m.name}`));
      return {
        figures: { 'Idle pods': idle.length, 'Running pods': running.length },
        rows: idle.map((item) => [item.metadata.name, item.metadata.namespace, item.spec.nodeName]),
      };
    },
    23() {
      const all = links('service');
      const services = new Map(
        all.flatMap((l) => [l.from, l.to]).flatMap((p) => (p.kind === 'service' ? [[p.id, p]] : [])),
      );
      const rows = [...services.values()].map((p) => {
        const opens = all.filter((l) => l.from.id === p.id);
        const serves = all.filter((l) => l.to.id === p.id);
        const sent = total(opens, (l) => l.sent) + total(serves, (l) => l.received);
        const received = total(opens, (l) => l.received) + total(serves, (l) => l.sent);
        const touching = distinct([...opens, ...serves]);
        return {
          id: p.id,
          cells: [p.label, p.ns, serves.length, opens.length, total(touching, (l) => l.rows), sent, received],
        };
      });
      rows.sort((a, b) => b.cells[5] + b.cells[6] - a.cells[5] - a.cells[6] || before(a.id, b.id));
      const exist = inventory.items.filter((item) => item.kind === 'Service');
      return {
        figures: {
          'Active services': rows.length,
          'Receiving connections': rows.filter(({ cells }) => cells[2] > 0).length,
          'Without traffic': exist.filter(({ metadata: m }) => !services.has(`svc:${m.namespace}/${m.name}`))
            .length,
        },
        rows: rows.map(({ cells }) => cells),
      };
    },
  };

  return SUBJECTS.map(([id, subject]) => ({ id, subject, ...answer[id](ends(subject), subject) }));
}

/** Which questions, about what. */
const SUBJECTS = [
  [1, { peer: 'svc:shop/frontend' }],
  [1, { peer: 'svc:shop/payment' }],
  [1, { peer: 'pod:shop/frontend-5d8f9c7b6-2xkqp' }],
  [1, { peer: 'pod:default/legacy-sync-58c6f7-tt6xz' }],
  [1, { namespace: 'shop' }],
  [2, { peer: 'svc:shop/cart', depth: 1 }],
  [2, { peer: 'svc:shop/checkout', depth: 2 }],
  [3, { peer: 'svc:data/redis-master' }],
  [3, { peer: 'svc:shop/catalog' }],
  [3, { port: 53 }],
  [4, {}],
  [5, { peer: 'svc:data/minio' }],
  [5, { peer: 'svc:ingress-nginx/ingress-nginx-controller' }],
  [5, { namespace: 'data' }],
  [5, { port: 3550 }],
  [7, {}],
  [8, {}],
  [9, {}],
  [10, {}],
  [11, {}],
  [12, { peer: 'svc:shop/payment' }],
  [12, { peer: 'pod:default/debug-shell' }],
  [12, { peer: 'ip:10.244.2.99' }],
  [13, { milliseconds: 1 }],
  [13, { milliseconds: 10 }],
  [13, { milliseconds: 50 }],
  [14, {}],
  [15, {}],
  [17, { peer: 'svc:shop/catalog' }],
  [17, { peer: 'svc:data/memcached' }],
  [17, { peer: 'svc:data/redis-master' }],
  [21, { namespace: 'data', zone: 'us-east-1a' }],
  [21, { namespace: 'shop', zone: 'us-east-1a' }],
  [22, {}],
  [23, {}],
];

const recordings = path.join(project, 'public/recordings');
const lines = gunzipSync(readFileSync(path.join(recordings, 'lab.jsonl.gz')))
  .toString()
  .trimEnd()
  .split('\n');
const sets = {
  recording: answersFor(
    JSON.parse(lines.at(-1)).flows.flows,
    readJson(path.join(recordings, 'lab-inventory.json')),
    21_305_945,
  ),
  truth: existsSync(lab)
    ? answersFor(
        readJson(path.join(lab, 'truth/flows.merged.full.json')).flows,
        readJson(path.join(lab, 'inventory.json')),
        21_306_312,
      )
    : readJson(output).truth,
};
writeFileSync(output, JSON.stringify(sets));
