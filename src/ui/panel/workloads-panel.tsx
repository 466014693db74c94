/** Workloads: which pods, services and namespaces talk, when they were last seen to, and which pods are idle. */
import type { Active, Listed, WorkloadsPanel as Workloads } from '../../backstage/panel-lists';
import { type Bytes, formatAge, formatClock, formatCount } from '../../flows/units';
import { setQuery, type ViewStore } from '../../view/view-state';
import { Amount } from './amount';
import { PanelTable, Section, useFirst } from './lists';
import { Name } from './pair';
import { showPeer } from './show-culprit';
import css from './side-panel.module.css';

export function WorkloadsPanel({ store, workloads }: { store: ViewStore; workloads: Workloads }) {
  const { pods, services, namespaces, idle, isPartial, undecided, sinceMs, atMs } = workloads;
  return (
    <>
      <h2 className={css.title}>Active and idle</h2>
      <p className={css.note}>
        “Last seen” is when a counter last rose while this page watched, since {formatClock(sinceMs)} UTC.
        What is merely listed may be quiet. Ages are before the newest sample, {formatClock(atMs)} UTC.
      </p>
      <Section
        title="Idle pods"
        aside={idle === undefined ? 'not known' : formatCount(idle.total)}
        table="idle"
      >
        {isPartial ? (
          <p className={css.note}>
            This answer is filtered, cut short or grouped: a pod that is not in it may be busy all the same.
          </p>
        ) : idle === undefined ? (
          <p className={css.note}>
            Flows name only pods that talk. Give the server a list of all pods to see who does not:{' '}
            <code>kubectl get nodes,pods,services,endpointslices -A -o json &gt; inventory.json</code>, then{' '}
            <code>--inventory inventory.json</code>.
          </p>
        ) : (
          <Idle idle={idle} undecided={undecided} />
        )}
      </Section>
      <Section title="Services" aside={`${formatCount(services.total)} active`} table="services">
        <Actives store={store} rows={services} atMs={atMs} />
      </Section>
      <Section title="Pods" aside={`${formatCount(pods.total)} active`} table="pods">
        <Actives store={store} rows={pods} atMs={atMs} />
      </Section>
      <Section title="Namespaces" aside={`${formatCount(namespaces.length)} with traffic`} table="namespaces">
        <PanelTable
          heads={[
            ['namespace'],
            ['pods', css.slim],
            ['inside', css.wide],
            ['sent out', css.wide],
            ['received', css.wide],
          ]}
        >
          {namespaces.map((row) => (
            <tr key={row.id}>
              <td>
                <Name
                  name={row.name}
                  title={`Filter to ns=${row.name}`}
                  onClick={() => setQuery(store, { ...store.getState().query, ns: row.name })}
                />
              </td>
              <td>{formatCount(row.pods)}</td>
              <td>
                <Amount bytes={row.insideBytes as Bytes} />
              </td>
              <td>
                <Amount bytes={row.sentBytes as Bytes} />
              </td>
              <td>
                <Amount bytes={row.receivedBytes as Bytes} />
              </td>
            </tr>
          ))}
        </PanelTable>
      </Section>
    </>
  );
}

function Idle({ idle, undecided }: { idle: NonNullable<Workloads['idle']>; undecided: number }) {
  const { rows, more } = useFirst(idle.rows, idle.total);
  return (
    <>
      {idle.total === 0 ? (
        <p className={css.note}>Every running pod of the inventory is in some flow of this answer.</p>
      ) : (
        <ul className={css.names}>
          {rows.map((pod) => (
            <li key={`${pod.ns}/${pod.name}`} data-idle-pod>
              <bdi>
                {pod.ns}/{pod.name}
              </bdi>
              {pod.node === undefined ? null : <small>{pod.node}</small>}
            </li>
          ))}
        </ul>
      )}
      {more}
      {undecided === 0 ? null : (
        <p className={css.note}>
          {formatCount(undecided)} host-network pods cannot be told from their node: their traffic may be
          listed under the node’s name.
        </p>
      )}
    </>
  );
}

function Actives({ store, rows: all, atMs }: { store: ViewStore; rows: Listed<Active>; atMs: number }) {
  const { rows, more } = useFirst(all.rows, all.total, 20);
  return (
    <>
      <PanelTable heads={[['name'], ['sent', css.wide], ['received', css.wide], ['last seen', css.wide]]}>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <Name
                name={row.namespace === undefined ? row.label : `${row.namespace}/${row.label}`}
                title={row.namespace === undefined ? row.label : `${row.namespace}/${row.label}`}
                onClick={() => showPeer(store, row.id)}
              />
            </td>
            <td>
              <Amount bytes={row.sentBytes as Bytes} />
            </td>
            <td>
              <Amount bytes={row.receivedBytes as Bytes} />
            </td>
            <td>{row.lastMs === undefined ? '—' : `${formatAge(Math.max(0, atMs - row.lastMs))} before`}</td>
          </tr>
        ))}
      </PanelTable>
      {more}
    </>
  );
}
