/** A selected peer: who it is, what it sent and received, whom it calls and who calls it. */

import { useStore } from 'zustand';
import type { Backstage } from '../../backstage/backstage';
import type { PeerDetails as Details, LinkLine } from '../../backstage/messages';
import type { Bytes } from '../../flows/units';
import { formatCount } from '../../flows/units';
import type { GraphPeer } from '../../graph/flow-graph';
import { focusOn, select, setQuery, toggleExpanded, type ViewStore } from '../../view/view-state';
import { Amount, Rate } from './amount';
import { PanelTable } from './lists';
import { P99 } from './p99';
import { Pair } from './pair';
import { PathTo } from './path-to';
import css from './side-panel.module.css';

const KIND_WORDS: Record<GraphPeer['kind'], string> = {
  pod: 'pod',
  service: 'service (its pods and its address)',
  namespace: 'namespace',
  node: 'node',
  host: 'host process (no pod)',
  external: 'external address',
  unresolved: 'unresolved: a private address nobody names',
};

/** Longer lists are better read in the table, filtered to this peer. */
const MOST_NAMES = 40;

interface PeerDetailsProps {
  store: ViewStore;
  backstage: Backstage;
  details: Details;
}

export function PeerDetails({ store, backstage, details }: PeerDetailsProps) {
  const { peer, ends, filter } = details;
  const namespace = namespaceOf(peer);
  const isExpanded = useStore(store, ({ expand }) => namespace !== undefined && expand.includes(namespace));
  return (
    <>
      <h2 className={css.title}>
        <bdi>{peer.label}</bdi>
      </h2>
      <p className={css.note}>
        {peer.folded === undefined ? KIND_WORDS[peer.kind] : 'several peers, folded'}
        {peer.namespace === undefined || peer.kind === 'namespace' ? '' : ` in ${peer.namespace}`}
      </p>
      {peer.folded === undefined ? null : (
        <p className={css.note}>
          Stands for {formatCount(peer.folded)} peers
          {peer.kind === 'external' ? ': the ones with the fewest bytes' : ''}.
        </p>
      )}
      <div className={css.actions}>
        {peer.folded === undefined ? null : (
          <button type="button" onClick={() => toggleExpanded(store, peer.id)}>
            Show each of them
          </button>
        )}
        {namespace === undefined || peer.folded !== undefined ? null : (
          <button type="button" aria-pressed={isExpanded} onClick={() => toggleExpanded(store, namespace)}>
            {isExpanded ? 'Close' : 'Expand'} <bdi>{namespace}</bdi>
          </button>
        )}
        <button type="button" onClick={() => focusOn(store, peer.id)}>
          Focus its neighbourhood
        </button>
        {filter === undefined ? null : (
          <button type="button" onClick={() => setQuery(store, { ...store.getState().query, ...filter })}>
            Filter to{' '}
            {Object.entries(filter)
              .map(([name, value]) => `${name}=${value}`)
              .join('&')}
          </button>
        )}
      </div>
      {peer.folded === undefined ? <PathTo store={store} backstage={backstage} from={peer.id} /> : null}
      <dl className={css.facts}>
        <dt>Sent</dt>
        <dd>
          <Amount bytes={peer.sentBytes as Bytes} />
        </dd>
        <dt>Received</dt>
        <dd>
          <Amount bytes={peer.receivedBytes as Bytes} />
        </dd>
        <dt>Flows</dt>
        <dd>{formatCount(peer.flows)}</dd>
        <Names term="Pods" names={peer.kind === 'pod' ? [] : ends.pods} />
        <Names term="Addresses" names={ends.ips} />
        <Names term="Nodes" names={ends.nodes} />
        <Names term="Ports" names={ends.ports.map(String)} />
        <Names term="Containers" names={ends.containers} />
      </dl>
      <Links
        store={store}
        title="Calls"
        links={details.calls}
        total={details.callsTotal}
        empty="Nothing in this answer."
      />
      <Links
        store={store}
        title="Called by"
        links={details.calledBy}
        total={details.calledByTotal}
        empty="Nobody in this answer."
      />
    </>
  );
}

/** The namespace that can be opened in place: the peer itself, or the one it stands in. */
const namespaceOf = (peer: GraphPeer): string | undefined =>
  peer.kind === 'namespace' ? peer.label : peer.kind === 'pod' ? undefined : peer.namespace;

function Names({ term, names }: { term: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <>
      <dt>{term}</dt>
      <dd>
        <bdi>{names.slice(0, MOST_NAMES).join(', ')}</bdi>
        {names.length > MOST_NAMES ? ` and ${formatCount(names.length - MOST_NAMES)} more` : ''}
      </dd>
    </>
  );
}

interface LinksProps {
  store: ViewStore;
  title: string;
  /** The heaviest of them. */
  links: readonly LinkLine[];
  total: number;
  empty: string;
}

function Links({ store, title, links, total, empty }: LinksProps) {
  return (
    <section className={css.section} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p>{formatCount(total)}</p>
      </header>
      {links.length === 0 ? (
        <p className={css.note}>{empty}</p>
      ) : (
        <PanelTable heads={[['link'], ['bytes', css.wide], ['worst p99', css.wide]]}>
          {links.map((link) => (
            <tr key={link.id}>
              <td>
                <Pair
                  from={link.fromLabel}
                  to={link.toLabel}
                  onClick={() => select(store, { link: link.id })}
                />
              </td>
              <td>
                <Amount bytes={link.bytes} />
                <Rate perS={link.rate?.bytesPerS} isLeast={(link.rate?.unknown ?? 0) > 0} />
              </td>
              <td>
                <P99 value={link.handshake.worstP99Us} />
              </td>
            </tr>
          ))}
        </PanelTable>
      )}
      {total > links.length ? (
        <p className={css.note}>
          The {links.length} heaviest of {formatCount(total)}.
        </p>
      ) : null}
    </section>
  );
}
