/** Namespaces by namespaces: who calls (down) whom (across), coloured by the worst band; a cell opens its link. */
import { Fragment } from 'react';
import { BAND_GUIDE } from '../../flows/handshake';
import { type Bytes, formatBytes, formatCount } from '../../flows/units';
import type { MatrixCell } from '../../insight/audit';
import { select, type ViewStore } from '../../view/view-state';
import css from './namespace-matrix.module.css';
import panel from './side-panel.module.css';

/** Beside the map there is room for this many columns whose cells can still be hit. */
const MOST = 24;

interface MatrixProps {
  store: ViewStore;
  namespaces: readonly string[];
  cells: readonly MatrixCell[];
}

export function NamespaceMatrix({ store, namespaces, cells }: MatrixProps) {
  const names = namespaces.slice(0, MOST);
  const at = new Map(cells.map((cell) => [`${cell.from}\n${cell.to}`, cell]));
  if (names.length === 0) return <p className={panel.note}>No flow names a namespace.</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <div className={css.scroller} tabIndex={0} role="group" aria-label="Namespaces by namespaces">
        <table className={css.matrix}>
          <thead>
            <tr>
              <td />
              {names.map((name) => (
                <th key={name} scope="col">
                  <bdi title={name}>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((from) => (
              <tr key={from}>
                <th scope="row">
                  <bdi title={from}>{from}</bdi>
                </th>
                {names.map((to) => (
                  <Fragment key={to}>
                    <Cell store={store} cell={at.get(`${from}\n${to}`)} />
                  </Fragment>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {namespaces.length > MOST ? (
        <p className={panel.note}>
          The first {MOST} of {formatCount(namespaces.length)} namespaces; the file has all links.
        </p>
      ) : null}
    </>
  );
}

function Cell({ store, cell }: { store: ViewStore; cell: MatrixCell | undefined }) {
  if (cell === undefined) return <td />;
  const words = `${cell.from} → ${cell.to}: ${formatCount(cell.flows)} flows, ${formatBytes(cell.bytes as Bytes)}, ${cell.band} (${BAND_GUIDE[cell.band].range})`;
  return (
    <td>
      <button
        type="button"
        className={css.cell}
        data-band={cell.band}
        title={words}
        aria-label={words}
        onClick={() => {
          store.setState({ level: 'namespace' });
          select(store, { link: cell.link });
        }}
      >
        {formatCount(cell.flows)}
      </button>
    </td>
  );
}
