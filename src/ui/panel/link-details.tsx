/**
 * A selected link: both directions, each flow from both perspectives, and in words what is not known.
 * "Reported" totals stand apart: they add both ends up.
 */
import type { LinkDetails as Details } from '../../backstage/messages';
import type { Endpoint, Flow, Stats } from '../../flows/flow';
import { flowKey } from '../../flows/flow';
import { BAND_GUIDE } from '../../flows/handshake';
import {
  formatBitsPerSecond,
  formatBytesPerSecond,
  formatCount,
  formatPacketsPerSecond,
  formatUs,
  UNKNOWN,
} from '../../flows/units';
import { select, type ViewStore } from '../../view/view-state';
import { Amount } from './amount';
import { PanelTable } from './lists';
import { P99 } from './p99';
import css from './side-panel.module.css';
import { bandWords, p50Words } from './words';

export function LinkDetails({ store, link }: { store: ViewStore; link: Details }) {
  const { handshake, rows, rowsTotal, attached } = link;
  return (
    <>
      <h2 className={css.title}>
        <bdi>{link.fromLabel}</bdi> → <bdi>{link.toLabel}</bdi>
      </h2>
      <p className={css.note}>
        {formatCount(rowsTotal)} {rowsTotal === 1 ? 'flow' : 'flows'}
        {attached === 0 ? '' : `, of which ${formatCount(attached)} to the service's address`}
      </p>
      <div className={css.actions}>
        <button type="button" onClick={() => select(store, { peer: link.from })}>
          Open <bdi>{link.fromLabel}</bdi>
        </button>
        <button type="button" onClick={() => select(store, { peer: link.to })}>
          Open <bdi>{link.toLabel}</bdi>
        </button>
      </div>
      <dl className={css.facts}>
        <dt>Client → server</dt>
        <dd>
          <Amount bytes={link.forwardBytes} />
        </dd>
        <dt>Server → client</dt>
        <dd>
          <Amount bytes={link.backwardBytes} />
        </dd>
        <dt>Both, by sender</dt>
        <dd>
          <Amount bytes={link.bytes} />, {formatCount(link.packets)} packets
        </dd>
        <dt>Rate</dt>
        <dd>
          {link.rate === undefined
            ? 'not known: it takes two samples without a restart between them'
            : `${link.rate.unknown > 0 ? 'at least ' : ''}${formatBytesPerSecond(link.rate.bytesPerS)}, ${formatPacketsPerSecond(link.rate.packetsPerS)} (${formatBytesPerSecond(link.rate.forwardBytesPerS)} → server)`}
        </dd>
        <dt>Worst p99</dt>
        <dd>
          <P99 value={handshake.worstP99Us} />
          {handshake.worstP99Us === undefined
            ? ` ${bandWords(handshake, link.unanswered)}`
            : ` (flow ${link.worstPlace} of ${rowsTotal}), p50 ${p50Words(handshake)}`}
        </dd>
        <dt>Reading</dt>
        <dd>
          {handshake.band === 'unmeasured'
            ? 'unmeasured'
            : `${handshake.band}: ${BAND_GUIDE[handshake.band].meaning}`}
          ; {formatCount(handshake.measured)} of {formatCount(handshake.tcp)} TCP flows measured
        </dd>
      </dl>
      <section className={css.section} aria-label="Flows">
        <header>
          <h2>Flows</h2>
        </header>
        {rows.map((flow, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer may hold the same flow twice; both are shown.
          <FlowCard key={`${flowKey(flow)} ${index}`} flow={flow} number={index + 1} />
        ))}
        {rowsTotal > rows.length ? (
          <p className={css.note}>
            {formatCount(rowsTotal - rows.length)} more: the table lists all.{' '}
            <button type="button" className={css.pair} onClick={() => store.setState({ view: 'table' })}>
              Open the table
            </button>
          </p>
        ) : null}
      </section>
    </>
  );
}

const endText = (end: Endpoint): string => {
  const name = end.pod ?? end.svc ?? end.ip ?? end.node ?? end.ns ?? 'unknown';
  return end.port === undefined ? name : `${name}:${end.port}`;
};

function FlowCard({ flow, number }: { flow: Flow; number: number }) {
  const { client, server, clientStats, serverStats, totals } = flow;
  const full = [clientStats, serverStats].some(
    (stats) => stats?.timestamp !== undefined || stats?.txBps !== undefined,
  );
  return (
    <article className={css.card} data-flow>
      <h3>
        {number}. {flow.proto.toUpperCase()} <bdi>{endText(client)}</bdi> → <bdi>{endText(server)}</bdi>
      </h3>
      <PanelTable heads={[['seen by'], ['sent'], ['received'], ['p50'], ['p90'], ['p99']]}>
        <Perspective name="client" stats={clientStats} />
        <Perspective name="server" stats={serverStats} />
      </PanelTable>
      <dl className={css.facts}>
        <EndFacts name="Client" end={client} />
        <EndFacts name="Server" end={server} />
        {full ? (
          <>
            <RateFacts name="Client" stats={clientStats} />
            <RateFacts name="Server" stats={serverStats} />
          </>
        ) : null}
        {totals === undefined ? null : (
          <>
            <dt>Reported, both ends</dt>
            <dd>
              <Amount bytes={totals.bytes} />, {formatCount(totals.pkts)} packets,{' '}
              {formatBitsPerSecond(totals.bps)}, {formatPacketsPerSecond(totals.pps)}
            </dd>
          </>
        )}
      </dl>
    </article>
  );
}

function Perspective({ name, stats }: { name: string; stats: Stats | undefined }) {
  if (stats === undefined) {
    return (
      <tr>
        <td>{name}</td>
        <td colSpan={5}>not seen: no sensor there, or outside</td>
      </tr>
    );
  }
  return (
    <tr>
      <td>{name}</td>
      <td title={`${formatCount(stats.txPkts)} packets`}>
        <Amount bytes={stats.txBytes} />
      </td>
      <td title={`${formatCount(stats.rxPkts)} packets`}>
        <Amount bytes={stats.rxBytes} />
      </td>
      <td>{formatUs(stats.p50Us)}</td>
      <td>{formatUs(stats.p90Us)}</td>
      <td>
        <P99 value={stats.p99Us} />
      </td>
    </tr>
  );
}

function EndFacts({ name, end }: { name: string; end: Endpoint }) {
  const parts = [
    end.ip,
    end.ns === undefined ? undefined : `ns ${end.ns}`,
    end.svc === undefined ? undefined : `svc ${end.svc}`,
    end.node === undefined ? undefined : `node ${end.node}`,
    end.containerId === undefined ? undefined : `container ${end.containerId}`,
    end.cgroupId === undefined ? undefined : `cgroup ${end.cgroupId}`,
  ].filter((part) => part !== undefined);
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{parts.length === 0 ? UNKNOWN : parts.join(' · ')}</bdi>
      </dd>
    </>
  );
}

function RateFacts({ name, stats }: { name: string; stats: Stats | undefined }) {
  if (stats === undefined) return null;
  return (
    <>
      <dt>{name} rates</dt>
      <dd>
        sent {formatBitsPerSecond(stats.txBps)}, {formatPacketsPerSecond(stats.txPps)}; received{' '}
        {formatBitsPerSecond(stats.rxBps)}, {formatPacketsPerSecond(stats.rxPps)} (as reported)
        <br />
        last update {stats.timestamp ?? UNKNOWN}
      </dd>
    </>
  );
}
