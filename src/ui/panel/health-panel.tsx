/** Health: the verdict, each finding with what it rests on and what would change it, failures, and what zones cost. */
import { useStore } from 'zustand';
import { formatClock, formatCount, formatUs } from '../../flows/units';
import type { Finding, Report } from '../../insight/diagnose';
import type { ViewStore } from '../../view/view-state';
import { PanelTable, Section, useFirst } from './lists';
import { showCulprit, showPeer } from './show-culprit';
import css from './side-panel.module.css';
import { Verdict } from './verdict';

/** A finding is a card of half a screen: more at once hide each other. */
const FIRST_FINDINGS = 6;

export function HealthPanel({ store, report }: { store: ViewStore; report: Report }) {
  const findings = useFirst(report.findings, undefined, FIRST_FINDINGS);
  const failures = useFirst(report.failures, undefined, FIRST_FINDINGS);
  const colour = useStore(store, (view) => view.colour);
  return (
    <>
      <h2 className={css.title}>Is it the network?</h2>
      <Verdict report={report} />
      <p className={css.note}>
        Rests on {formatCount(report.measured)} of {formatCount(report.tcp)} TCP flows with a recent
        handshake, over {formatCount(report.polls)} {report.polls === 1 ? 'poll' : 'polls'} since{' '}
        {formatClock(report.sinceMs)} UTC. Percentiles look back two minutes, so recovery shows late.
      </p>
      <div className={css.actions}>
        <button
          type="button"
          aria-pressed={colour === 'relative'}
          onClick={() => store.setState({ colour: colour === 'relative' ? 'band' : 'relative' })}
        >
          Colour links by their siblings
        </button>
      </div>
      <Section title="Findings" aside={formatCount(report.findings.length)} table="findings">
        {findings.rows.map((finding) => (
          <FindingCard
            key={JSON.stringify(finding.culprit) + finding.signal}
            store={store}
            finding={finding}
          />
        ))}
        {report.findings.length === 0 ? (
          <p className={css.note}>Nothing stands out among the flows that were measured.</p>
        ) : null}
        {findings.more}
      </Section>
      {report.failures.length === 0 ? null : (
        <Section title="Not slow: failed" aside={formatCount(report.failures.length)} table="failures">
          {failures.rows.map((failure) => (
            <article key={`${failure.kind} ${failure.peer} ${failure.port}`} className={css.card}>
              <h3>
                <bdi>{failure.sentence}</bdi>
              </h3>
              <p className={css.note}>
                <bdi>{failure.whatWouldChange}</bdi>
              </p>
              <div className={css.actions}>
                <button type="button" onClick={() => showPeer(store, failure.peer)}>
                  Show on the map
                </button>
              </div>
            </article>
          ))}
          {failures.more}
        </Section>
      )}
      {report.penalties.length === 0 ? null : (
        <Section title="Across zones" aside="medians" table="zones">
          <PanelTable
            heads={[
              ['between'],
              ['flows', css.slim],
              ['p50', css.wide],
              ['p99', css.wide],
              ['extra', css.wide],
            ]}
          >
            {report.penalties.map(({ zones: [a, b], flows, p50Us, p99Us, extraUs }) => (
              <tr key={`${a} ${b}`}>
                <td>
                  <bdi>{a === b ? `within ${a}` : `${a} – ${b}`}</bdi>
                </td>
                <td>{formatCount(flows)}</td>
                <td>{formatUs(p50Us)}</td>
                <td>{formatUs(p99Us)}</td>
                <td>{a === b ? '' : formatUs(extraUs)}</td>
              </tr>
            ))}
          </PanelTable>
        </Section>
      )}
      <p className={css.note}>
        A handshake times the path and not the work: how long requests take is not in flows.
      </p>
    </>
  );
}

function FindingCard({ store, finding }: { store: ViewStore; finding: Finding }) {
  return (
    <article className={css.card} data-finding={finding.verdict}>
      <h3>
        <bdi>{finding.sentence}</bdi>
      </h3>
      <ul className={css.evidence}>
        {finding.evidence.map((line) => (
          <li key={line}>
            <bdi>{line}</bdi>
          </li>
        ))}
      </ul>
      <p className={css.note}>
        <bdi>{finding.whatWouldChange}</bdi>
      </p>
      <div className={css.actions}>
        <button type="button" onClick={() => showCulprit(store, finding.culprit)}>
          Show on the map
        </button>
      </div>
    </article>
  );
}
