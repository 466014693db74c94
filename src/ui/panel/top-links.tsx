/** The heaviest links of the map, or the busiest, with how fast they grow. Knows rows; their figures come with the panels. */
import { memo, useCallback, useState } from 'react';
import type { Figures } from '../../backstage/messages';
import { type Bytes, formatCount, type Microseconds, type Packets } from '../../flows/units';
import { select, type ViewStore } from '../../view/view-state';
import { Amount, Rate } from './amount';
import { PanelTable } from './lists';
import { P99 } from './p99';
import { Pair } from './pair';
import css from './side-panel.module.css';

/** The heaviest links of the map, at its level: the figures one reads beside the lines. */
export function LinkTalkers({ store, ours }: { store: ViewStore; ours: Figures | undefined }) {
  const [by, setBy] = useState<'bytes' | 'packets'>('bytes');
  if (ours === undefined) return null;
  const links = by === 'bytes' ? ours.heaviest : ours.busiest;
  const most = links[0]?.[by] ?? 0;
  return (
    <section className={css.section} aria-label="Top links on the map" data-table="links">
      <header>
        <h2>Top links on the map</h2>
        <Switch value={by} onChange={setBy} />
      </header>
      <PanelTable heads={[['link'], [by, css.wide], ['worst p99', css.wide]]}>
        {links.map((link) => (
          <LinkRow
            key={link.id}
            store={store}
            id={link.id}
            from={link.fromLabel}
            to={link.toLabel}
            bytes={by === 'bytes' ? link.bytes : undefined}
            packets={by === 'bytes' ? undefined : link.packets}
            share={most === 0 ? 0 : link[by] / most}
            rate={by === 'bytes' ? link.rate?.bytesPerS : link.rate?.packetsPerS}
            isLeast={(link.rate?.unknown ?? 0) > 0}
            p99Us={link.handshake.worstP99Us}
          />
        ))}
      </PanelTable>
    </section>
  );
}

// Rows of all tables take plain values and are drawn again only when one of those changed: most polls change few.

interface LinkRowProps {
  store: ViewStore;
  id: string;
  from: string;
  to: string;
  /** What the list is sorted by; the other is absent. */
  bytes: Bytes | undefined;
  packets: Packets | undefined;
  /** Of the same, per second; absent where it is not known, and at least this where `isLeast`. */
  rate: number | undefined;
  isLeast: boolean;
  /** Of the first row's. */
  share: number;
  p99Us: Microseconds | undefined;
}

const LinkRow = memo(function LinkRow(row: LinkRowProps) {
  const { store, id, from, to, bytes, packets, rate, isLeast, share, p99Us } = row;
  const open = useCallback(() => select(store, { link: id }), [store, id]);
  return (
    <tr>
      <td>
        <Pair from={from} to={to} onClick={open} />
      </td>
      <td>
        {packets === undefined ? <Amount bytes={bytes} /> : formatCount(packets)}
        <Rate perS={rate} of={packets === undefined ? 'bytes' : 'packets'} isLeast={isLeast} />
        <span className={css.meter} aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
      </td>
      <td>
        <P99 value={p99Us} />
      </td>
    </tr>
  );
});

export function Switch({
  value,
  onChange,
}: {
  value: 'bytes' | 'packets';
  onChange(value: 'bytes' | 'packets'): void;
}) {
  return (
    <span className={css.switch} role="group" aria-label="Sort by">
      {(['bytes', 'packets'] as const).map((name) => (
        <button key={name} type="button" aria-pressed={value === name} onClick={() => onChange(name)}>
          {name}
        </button>
      ))}
    </span>
  );
}
