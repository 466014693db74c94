/**
 * The summary: what Kubeshark reports (as it reports it) and, beside it, our own figures for what is on screen.
 * The two are labelled wherever they stand together: they count differently (DESIGN §4).
 */
import { memo, useCallback, useRef, useState } from 'react';
import type { Figures, PairLine, Panels } from '../../backstage/messages';
import {
  type Bytes,
  type BytesPerSecond,
  formatBytesPerSecond,
  formatCompactCount,
  formatCount,
  type Microseconds,
} from '../../flows/units';
import type { Summary, Talker } from '../../flows/wire';
import { talkerKey } from '../../graph/on-screen';
import { setQuery, type ViewStore } from '../../view/view-state';
import type { Idle } from '../idle';
import { part } from '../part';
import { Detail, Pending } from '../states';
import { Amount, Rate } from './amount';
import { Figure, PanelTable, useFirst } from './lists';
import { P99 } from './p99';
import { Name, Pair } from './pair';
import css from './side-panel.module.css';
import { LinkTalkers, Switch } from './top-links';
import { Verdict } from './verdict';

const HandshakeChart = part(() => import('./handshake-chart').then((module) => module.HandshakeChart));

/**
 * The two long tables are whole up to the one, and of more rows show the other until all are asked for: each poll
 * rewrites most of their figures.
 */
const WHOLE_ROWS = 30;
const FIRST_ROWS = 10;

/** How many rows a table begins with. Decided once: a row more than yesterday must not fold it away. */
function useMost(rows: number): number {
  const decided = useRef<number>(undefined);
  if (rows > 0) decided.current ??= rows > WHOLE_ROWS ? FIRST_ROWS : WHOLE_ROWS;
  return decided.current ?? WHOLE_ROWS;
}

interface SummaryPanelProps {
  idle: Idle;
  store: ViewStore;
  summary: Summary | undefined;
  panels: Panels | undefined;
}

export function SummaryPanel({ idle, store, summary, panels }: SummaryPanelProps) {
  const { figures: ours, coverage } = panels ?? {};
  // Folded peers are on the map too, as one mark.
  const shownBytes =
    coverage === undefined ? undefined : ((coverage.drawnBytes + coverage.foldedBytes) as Bytes);
  if (panels === undefined && summary === undefined) {
    return <p className={css.note}>Nothing to sum up yet: no answer has come.</p>;
  }
  return (
    <>
      {panels === undefined ? null : (
        <Verdict report={panels.health}>
          <button type="button" onClick={() => store.setState({ panel: 'health' })}>
            why?
          </button>
        </Verdict>
      )}
      <h2>On the map</h2>
      <dl className={css.figures}>
        <Figure
          name="flows"
          value={formatCount(ours?.flows)}
          more={ours === undefined ? undefined : `${formatCount(ours.tcp)} TCP, ${formatCount(ours.udp)} UDP`}
        />
        <Figure
          name="bytes, by sender"
          value={<Amount bytes={shownBytes} />}
          // Short, so that it stays one line: the figures change with every poll, what is below must not move.
          more={
            coverage === undefined
              ? undefined
              : ours?.bytesPerS === undefined
                ? 'counted once'
                : `${formatBytesPerSecond(ours.bytesPerS)}, counted once`
          }
        />
        <Figure
          name="clients → servers"
          value={ours === undefined ? '—' : `${formatCount(ours.clients)} → ${formatCount(ours.servers)}`}
        />
        <Figure
          name="measured"
          value={ours === undefined ? '—' : formatCount(ours.measured)}
          more={ours === undefined ? undefined : `of ${formatCount(ours.flows)} flows`}
        />
      </dl>
      <section className={css.section} aria-label="Handshake p99 by flow">
        <header>
          <h2>Handshake p99 by flow</h2>
          <p className={css.push}>
            {ours === undefined ? '' : `${formatCount(ours.measured)} measured of ${formatCount(ours.flows)}`}
          </p>
        </header>
        {ours === undefined ? null : (
          <Detail keys={[]} data={[ours]} pending={<Pending idle={idle} what="chart" />}>
            <HandshakeChart distribution={ours.distribution} />
          </Detail>
        )}
      </section>
      <LinkTalkers store={store} ours={ours} />
      <CrossNamespace store={store} summary={summary} ours={ours} />
      <ByNamespace store={store} summary={summary} ours={ours} />
      <Reported store={store} summary={summary} ours={ours} />
    </>
  );
}

interface BesideProps {
  store: ViewStore;
  summary: Summary | undefined;
  ours: Figures | undefined;
}

/** Reported pairs in reported order, then pairs only we see (an aggregated or truncated answer may miss some). */
function CrossNamespace({ store, summary, ours }: BesideProps) {
  const own = new Map(ours?.crossNamespace.map((pair) => [talkerKey(pair.from, pair.to), pair]));
  const reported = summary?.crossNamespace ?? [];
  const known = new Set(reported.map((row) => talkerKey(row.srcNs, row.dstNs)));
  const rows: { from: string; to: string; flows?: number; bytes?: number; own: PairLine | undefined }[] = [
    ...reported.map((row) => ({
      from: row.srcNs,
      to: row.dstNs,
      flows: row.flows,
      bytes: row.bytes,
      own: own.get(talkerKey(row.srcNs, row.dstNs)),
    })),
    ...[...own]
      .filter(([key]) => !known.has(key))
      .map(([, pair]) => ({ from: pair.from, to: pair.to, own: pair })),
  ];
  const pairs = Math.max(rows.length, ours?.pairs ?? 0);
  const shown = useFirst(rows, pairs, useMost(pairs));
  return (
    <section className={css.section} aria-label="Cross-namespace" data-table="cross-namespace">
      <header>
        <h2>Cross-namespace</h2>
        <p>{formatCount(pairs)} pairs</p>
      </header>
      <PanelTable
        heads={[
          ['client → server'],
          ['flows', css.slim],
          ['reported, both ends', css.wide],
          ['on screen, by sender', css.wide],
          ['p99', `${css.word} ${css.optional}`],
        ]}
      >
        {shown.rows.map((row) => (
          <CrossRow
            key={talkerKey(row.from, row.to)}
            store={store}
            from={row.from}
            to={row.to}
            flows={row.flows ?? row.own?.flows}
            reported={row.bytes as Bytes | undefined}
            bytes={row.own?.bytes}
            perS={row.own?.rate?.bytesPerS}
            isLeast={(row.own?.rate?.unknown ?? 0) > 0}
            p99Us={row.own?.handshake.worstP99Us}
          />
        ))}
      </PanelTable>
      {shown.more}
      {rows.length === 0 && summary !== undefined ? (
        <p className={css.note}>No traffic between namespaces.</p>
      ) : null}
    </section>
  );
}

const filterTo = (store: ViewStore, ns: string): void => setQuery(store, { ...store.getState().query, ns });

interface CrossRowProps {
  store: ViewStore;
  from: string;
  to: string;
  flows: number | undefined;
  reported: Bytes | undefined;
  bytes: Bytes | undefined;
  perS: BytesPerSecond | undefined;
  isLeast: boolean;
  p99Us: Microseconds | undefined;
}

const CrossRow = memo(function CrossRow(props: CrossRowProps) {
  const { store, from, to, flows, reported, bytes, perS, isLeast, p99Us } = props;
  const filter = useCallback(() => filterTo(store, from), [store, from]);
  return (
    <tr>
      <td>
        <Pair from={from} to={to} onClick={filter} title={`Filter to ns=${from}`} />
      </td>
      <td>{formatCount(flows)}</td>
      <td>
        <Amount bytes={reported} />
      </td>
      <td>
        <Amount bytes={bytes} />
        {bytes === undefined ? null : <Rate perS={perS} isLeast={isLeast} />}
      </td>
      <td className={css.optional}>
        <P99 value={p99Us} isAbsent={bytes === undefined} />
      </td>
    </tr>
  );
});

function ByNamespace({ store, summary, ours }: BesideProps) {
  const own = new Map(ours?.byNamespace.map((row) => [row.namespace, row]));
  const reported = new Map(summary?.byNamespace);
  const all = [...new Set([...own.keys(), ...reported.keys()])];
  const names = useFirst(all, all.length, useMost(all.length));
  return (
    <section className={css.section} aria-label="By namespace" data-table="by-namespace">
      <header>
        <h2>By namespace</h2>
        <p>flows that touch it</p>
      </header>
      <PanelTable
        heads={[
          ['namespace'],
          ['flows, reported', css.wide],
          ['flows, on screen', css.wide],
          ['bytes, on screen', css.wide],
        ]}
      >
        {names.rows.map((name) => (
          <NamespaceRow
            key={name}
            store={store}
            name={name}
            reported={reported.get(name)}
            flows={own.get(name)?.flows}
            bytes={own.get(name)?.bytes}
            perS={own.get(name)?.rate?.bytesPerS}
            isLeast={(own.get(name)?.rate?.unknown ?? 0) > 0}
          />
        ))}
      </PanelTable>
      {names.more}
    </section>
  );
}

interface NamespaceRowProps {
  store: ViewStore;
  name: string;
  reported: number | undefined;
  flows: number | undefined;
  bytes: Bytes | undefined;
  perS: BytesPerSecond | undefined;
  isLeast: boolean;
}

const NamespaceRow = memo(function NamespaceRow(props: NamespaceRowProps) {
  const { store, name, reported, flows, bytes, perS, isLeast } = props;
  const filter = useCallback(() => filterTo(store, name), [store, name]);
  return (
    <tr>
      <td>
        <Name name={name} title={`Filter to ns=${name}`} onClick={filter} />
      </td>
      <td>{formatCount(reported)}</td>
      <td>{formatCount(flows)}</td>
      <td>
        <Amount bytes={bytes} />
        {bytes === undefined ? null : <Rate perS={perS} isLeast={isLeast} />}
      </td>
    </tr>
  );
});

/** Kubeshark's own summary of the whole cluster, whatever the filters. */
function Reported({ store, summary, ours }: BesideProps) {
  const [by, setBy] = useState<'bytes' | 'packets'>('bytes');
  if (summary === undefined) return null;
  const mine = new Map(ours?.talkers.map((pair) => [talkerKey(pair.from, pair.to), pair]));
  const talkers: Talker[] = by === 'bytes' ? summary.topByBytes : summary.topByPkts;
  return (
    <section className={css.section} aria-label="Reported by Kubeshark" data-table="reported">
      <header>
        <h2>Reported by Kubeshark</h2>
        <p>the whole cluster, both ends</p>
      </header>
      <dl className={css.figures}>
        <Figure
          name="flows"
          value={formatCount(summary.totalFlows)}
          more={`${formatCount(summary.tcpFlows)} TCP, ${formatCount(summary.udpFlows)} UDP`}
        />
        <Figure
          name="bytes"
          value={<Amount bytes={summary.totalBytes as Bytes | undefined} />}
          more={`${formatCompactCount(summary.totalPkts)} packets`}
        />
        <Figure name="clients" value={formatCount(summary.uniqueClients)} />
        <Figure name="servers" value={formatCount(summary.uniqueServers)} />
      </dl>
      <header>
        <h2>Top talkers</h2>
        <Switch value={by} onChange={setBy} />
      </header>
      <PanelTable
        heads={[['client → server'], [`${by}, reported`, css.wide], ['on screen, by sender', css.wide]]}
      >
        {talkers.map((talker) => {
          const own = mine.get(talkerKey(talker.clientPod, talker.serverPod));
          return (
            <tr key={talkerKey(talker.clientPod, talker.serverPod)}>
              <td>
                <Pair
                  from={talker.clientPod}
                  to={talker.serverPod}
                  title={`Filter to pod=${talker.clientPod}`}
                  onClick={() => setQuery(store, { ...store.getState().query, pod: talker.clientPod })}
                />
              </td>
              <td>{by === 'bytes' ? <Amount bytes={talker.value as Bytes} /> : formatCount(talker.value)}</td>
              <td>{by === 'bytes' ? <Amount bytes={own?.bytes} /> : formatCount(own?.packets)}</td>
            </tr>
          );
        })}
      </PanelTable>
    </section>
  );
}
