/**
 * Audit: what reaches sensitive namespaces, what leaves the cluster, what crosses namespaces, what is new since a
 * baseline or since one looked. Findings leave as CSV and as suggested NetworkPolicies.
 */
import { useRef, useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import type { AuditPanel as Audit, Listed } from '../../backstage/panel-lists';
import { type Bytes, formatClock, formatCount } from '../../flows/units';
import type { AuditLink, EgressRow } from '../../insight/audit';
import type { LinkName } from '../../insight/baseline-names';
import { select, type ViewStore } from '../../view/view-state';
import { saveFile } from '../save-file';
import { Amount } from './amount';
import { PanelTable, Section, useFirst } from './lists';
import { NamespaceMatrix } from './namespace-matrix';
import { P99 } from './p99';
import { Pair } from './pair';
import css from './side-panel.module.css';

interface AuditProps {
  store: ViewStore;
  backstage: Backstage;
  audit: Audit;
  /** Asks for a look with the baseline as it is now. */
  onBaseline(): void;
}

export function AuditPanel({ store, backstage, audit, onBaseline }: AuditProps) {
  return (
    <>
      <h2 className={css.title}>Security audit</h2>
      <Exports backstage={backstage} namespaces={audit.namespaces} />
      <Baseline backstage={backstage} audit={audit} onBaseline={onBaseline} />
      <Section
        title="New while watching"
        aside={`since ${formatClock(audit.sittingSinceMs)} UTC`}
        table="appeared"
      >
        <Names
          names={audit.appeared}
          empty="No new cross-namespace or egress link so far."
          note={(row) =>
            `${row.kind === 'egress' ? 'egress' : 'cross-namespace'}, ${formatClock(row.atMs)}${row.uncertain ? ' (uncertain: partial answer)' : ''}`
          }
        />
      </Section>
      <Section
        title="Into sensitive namespaces"
        aside={
          audit.sensitiveNamespaces.length === 0
            ? `none matches ${audit.patterns.join(', ')}`
            : audit.sensitiveNamespaces.join(', ')
        }
        table="sensitive"
      >
        <Links store={store} links={audit.sensitive} empty="Nobody else reaches them in this answer." />
      </Section>
      <Section
        title="Egress"
        aside={`${formatCount(audit.egress.total)} address and port pairs`}
        table="egress"
      >
        <Egress store={store} rows={audit.egress} empty="Nothing leaves the cluster in this answer." />
      </Section>
      {audit.unnamed.total === 0 ? null : (
        <Section
          title="To private addresses nobody names"
          aside={formatCount(audit.unnamed.total)}
          table="unnamed"
        >
          <Egress store={store} rows={audit.unnamed} empty="" />
        </Section>
      )}
      <Section
        title="Cross-namespace links"
        aside={formatCount(audit.crossNamespace.total)}
        table="cross-namespace-links"
      >
        <Links
          store={store}
          links={audit.crossNamespace}
          empty="No link crosses namespaces in this answer."
        />
      </Section>
      <Section title="Namespaces by namespaces" aside="clients down, servers across" table="matrix">
        <NamespaceMatrix store={store} namespaces={audit.namespaces} cells={audit.cells} />
      </Section>
      {audit.withoutNamespace === 0 ? null : (
        <p className={css.note}>
          {formatCount(audit.withoutNamespace)} links have an end without a namespace (host processes,
          addresses): they cross none, so the cross-namespace list and the matrix leave them out.
        </p>
      )}
    </>
  );
}

function Exports({ backstage, namespaces }: { backstage: Backstage; namespaces: readonly string[] }) {
  const [namespace, setNamespace] = useState('');
  const chosen = namespaces.includes(namespace) ? namespace : (namespaces[0] ?? '');
  return (
    <div className={css.actions}>
      <button
        type="button"
        onClick={() => void backstage.ask('findings', {}).then((file) => saveFile('shoal-audit.csv', file))}
      >
        Findings as CSV
      </button>
      {namespaces.length === 0 ? null : (
        <>
          <select
            aria-label="Namespace for the policy"
            value={chosen}
            onChange={(event) => setNamespace(event.target.value)}
          >
            {namespaces.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <button
            type="button"
            title="Allows what was seen, with the evidence in comments; review it before you apply it"
            onClick={() =>
              void backstage
                .ask('policy', { namespace: chosen })
                .then((file) => saveFile('shoal-network-policy.yaml', file))
            }
          >
            Suggest a NetworkPolicy
          </button>
        </>
      )}
    </div>
  );
}

function Baseline({ backstage, audit, onBaseline }: Omit<AuditProps, 'store'>) {
  const [problem, setProblem] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const { baseline } = audit;
  const load = async (text: string | undefined) => {
    const why = await backstage.loadBaseline(text);
    setProblem(why);
    if (why === undefined) onBaseline();
  };
  return (
    <Section
      title="Baseline"
      aside={
        baseline === undefined
          ? 'none loaded'
          : `${formatCount(baseline.links)} links of ${baseline.savedAt.slice(0, 16).replace('T', ' ')} UTC`
      }
      table="baseline"
    >
      <div className={css.actions}>
        <button
          type="button"
          onClick={() =>
            void backstage.ask('saveBaseline', {}).then((file) => saveFile('shoal-baseline.json', file))
          }
        >
          Save baseline
        </button>
        <button type="button" onClick={() => input.current?.click()}>
          Load baseline
        </button>
        {baseline === undefined ? null : (
          <button type="button" onClick={() => void load(undefined)}>
            Forget it
          </button>
        )}
        <input
          ref={input}
          type="file"
          accept="application/json,.json"
          aria-label="Baseline file"
          className="visually-hidden"
          tabIndex={-1}
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file !== undefined) void file.text().then(load);
          }}
        />
      </div>
      {problem === undefined ? null : (
        <p className={css.problem} role="alert">
          The baseline was not loaded: {problem}
        </p>
      )}
      {baseline === undefined ? (
        <p className={css.note}>
          Save the links you find right as a file; load it later to see which are new, gone or allowed.
        </p>
      ) : (
        <>
          <h3 className={css.minor}>New ({formatCount(baseline.added.total)})</h3>
          <Names names={baseline.added} empty="Every link is in the baseline or allowed by it." />
          <h3 className={css.minor}>
            Gone{' '}
            {baseline.goneUnknown === undefined ? `(${formatCount(baseline.gone.total)})` : '(not known)'}
          </h3>
          {baseline.goneUnknown === undefined ? (
            <Names names={baseline.gone} empty={`All ${formatCount(baseline.kept)} known links are there.`} />
          ) : (
            <p className={css.note}>{baseline.goneUnknown}</p>
          )}
          {baseline.allowed.total === 0 ? null : (
            <>
              <h3 className={css.minor}>Allowed ({formatCount(baseline.allowed.total)})</h3>
              <Names names={baseline.allowed} empty="" />
            </>
          )}
        </>
      )}
    </Section>
  );
}

function Names<Row extends LinkName>({
  names,
  empty,
  note,
}: {
  names: Listed<Row>;
  empty: string;
  note?: (row: Row) => string;
}) {
  const { rows, more } = useFirst(names.rows, names.total);
  if (names.total === 0) return <p className={css.note}>{empty}</p>;
  return (
    <>
      <ul className={css.names}>
        {rows.map((row) => (
          <li key={`${row.from} ${row.to} ${row.port} ${row.proto}`} data-link-name>
            <bdi>{row.from}</bdi> → <bdi>{row.to}</bdi> {row.port === undefined ? '' : `:${row.port}`}/
            {row.proto}
            {note === undefined ? null : <small>{note(row)}</small>}
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

function Links({ store, links, empty }: { store: ViewStore; links: Listed<AuditLink>; empty: string }) {
  const { rows, more } = useFirst(links.rows, links.total);
  if (links.total === 0) return <p className={css.note}>{empty}</p>;
  return (
    <>
      <PanelTable
        heads={[
          ['link'],
          ['ports', css.wide],
          ['bytes', css.wide],
          ['worst p99', `${css.wide} ${css.roomy}`],
        ]}
      >
        {rows.map((link) => (
          <tr key={link.id}>
            <td>
              <Pair
                from={fullName(link.from)}
                to={fullName(link.to)}
                onClick={() => {
                  store.setState({ level: 'service' });
                  select(store, { link: link.id });
                }}
              />
            </td>
            <td className={css.words} title={link.ports}>
              {link.ports}
            </td>
            <td>
              <Amount bytes={link.bytes as Bytes} />
            </td>
            <td className={css.roomy}>{link.unanswered ? 'no answer' : <P99 value={link.worstP99Us} />}</td>
          </tr>
        ))}
      </PanelTable>
      {more}
    </>
  );
}

const fullName = ({ namespace, kind, label }: AuditLink['from']): string =>
  namespace === undefined || kind === 'namespace' ? label : `${namespace}/${label}`;

function Egress({ store, rows: all, empty }: { store: ViewStore; rows: Listed<EgressRow>; empty: string }) {
  const { rows, more } = useFirst(all.rows, all.total);
  if (all.total === 0) return <p className={css.note}>{empty}</p>;
  return (
    <>
      <PanelTable
        heads={[['peer → address'], ['port', css.wide], ['sent', css.wide], ['received', css.wide]]}
      >
        {rows.map((row) => (
          <tr key={`${row.link} ${row.address} ${row.port} ${row.proto}`}>
            <td>
              <Pair
                from={fullName(row.from)}
                to={row.address}
                onClick={() => {
                  store.setState({ level: 'service' });
                  select(store, { link: row.link });
                }}
              />
            </td>
            <td>{row.port === undefined ? row.proto : `${row.port}/${row.proto}`}</td>
            <td>
              <Amount bytes={row.sentBytes as Bytes} />
            </td>
            <td>
              <Amount bytes={row.receivedBytes as Bytes} />
            </td>
          </tr>
        ))}
      </PanelTable>
      {more}
    </>
  );
}
