/**
 * What changed: two moments side by side in words and as a table, what counts as a change, and what stopped lately.
 * Knows how it is chosen and shown; what is different is insight's.
 */
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Backstage } from '../../backstage/backstage';
import type { ChangeRow, ChangesPanel as Changes } from '../../backstage/times';
import {
  type Bytes,
  type BytesPerSecond,
  formatBytes,
  formatBytesPerSecond,
  formatClock,
  formatCount,
  formatMoment,
  formatUs,
  type Microseconds,
} from '../../flows/units';
import { CHANGE_GUIDE } from '../../graph/palette';
import { COMPARE_LIMITS } from '../../insight/compare';
import { compareWith, select, type Thresholds, type ViewStore } from '../../view/view-state';
import { Amount } from './amount';
import own from './changes-panel.module.css';
import { PanelTable, Section, useFirst } from './lists';
import { Pair } from './pair';
import css from './side-panel.module.css';

/** So many sentences are read; of more the table is the better list. */
const MOST_SENTENCES = 8;

interface ChangesProps {
  store: ViewStore;
  backstage: Backstage;
  changes: Changes;
  /** Asks for a look with the recording that is compared with as it is now. */
  onReference(): void;
}

export function ChangesPanel({ store, backstage, changes, onReference }: ChangesProps) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const refer = async (file: File | undefined) => {
    const reply = await backstage.ask('openReference', file === undefined ? {} : { file });
    setProblem(reply?.problem);
    if (reply?.problem !== undefined) return;
    compareWith(store, undefined);
    onReference();
  };
  const compare = useStore(store, (view) => view.compare);
  const { comparing, choices } = changes;
  return (
    <>
      <h2 className={css.title}>What changed</h2>
      <div className={css.actions} role="group" aria-label="Compare with">
        {choices.map(({ label, moment }) => (
          <button
            key={label}
            type="button"
            aria-pressed={compare?.atMs === moment.atMs && (compare.epoch ?? moment.epoch) === moment.epoch}
            onClick={() => compareWith(store, moment)}
          >
            {label}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={comparing?.file !== undefined}
          onClick={() => input.current?.click()}
        >
          A recording…
        </button>
        {compare === undefined && comparing?.file === undefined ? null : (
          <button type="button" onClick={() => void refer(undefined)}>
            Leave the comparison
          </button>
        )}
        <input
          ref={input}
          type="file"
          hidden
          accept=".json,.jsonl,.gz"
          aria-label="Recording to compare with"
          onChange={(event) => {
            void refer(event.target.files?.[0]);
            // The same file may be chosen again after it was mended.
            event.target.value = '';
          }}
        />
      </div>
      {problem === undefined ? null : (
        <p className={css.note} role="alert">
          <bdi>{problem}</bdi>
        </p>
      )}
      {comparing !== undefined ? (
        <Comparing store={store} comparing={comparing} />
      ) : (
        <p className={css.note}>
          {compare === undefined
            ? choices.length === 0
              ? 'History has one sample so far: with the next poll there is something to compare.'
              : 'Choose a moment to compare what is shown with. Any other can be chosen on the timeline: go to it and press “Compare with now”.'
            : 'There are not two moments: the one to compare with is not kept, or it is the one that is shown.'}
        </p>
      )}
      <Limits store={store} />
      <Ghosts store={store} ghosts={changes.ghosts} />
    </>
  );
}

function Comparing({ store, comparing }: { store: ViewStore; comparing: NonNullable<Changes['comparing']> }) {
  const { beforeMs, afterMs, file, sentence, rows, total, silenced, unknowns } = comparing;
  const shown = useFirst(rows, total);
  return (
    <>
      <p className={own.lead}>
        <strong>{sentence}</strong>
      </p>
      <p className={css.note}>
        {file === undefined ? (
          formatClock(beforeMs)
        ) : (
          <>
            <bdi>{file}</bdi>, {formatMoment(beforeMs)}
          </>
        )}{' '}
        → {formatClock(afterMs)} UTC. Links that carry as much and take as long as before recede on the map.
      </p>
      {unknowns.map((unknown) => (
        <p key={unknown} className={css.note}>
          {unknown}
        </p>
      ))}
      {silenced.length === 0 ? null : (
        <Section title="Answered before, silent now" aside={formatCount(silenced.length)} table="silenced">
          {silenced.map(({ link, from, to }) => (
            <p key={link}>
              <Pair from={from} to={to} onClick={() => select(store, { link })} />
            </p>
          ))}
        </Section>
      )}
      {rows.length === 0 ? null : (
        <>
          <Section title="Changes" aside={formatCount(total)} table="changes">
            <PanelTable heads={[['link'], ['change', css.word], ['before', css.wide], ['after', css.wide]]}>
              {shown.rows.map((row) => (
                <tr key={`${row.what} ${row.link}`} data-change={row.what} title={row.sentence}>
                  <td>
                    <Pair from={row.from} to={row.to} onClick={() => select(store, { link: row.link })} />
                  </td>
                  <td>{CHANGE_GUIDE[row.what].label}</td>
                  <td>{amountOf(row, row.before)}</td>
                  <td>{amountOf(row, row.after)}</td>
                </tr>
              ))}
            </PanelTable>
            {shown.more}
          </Section>
          <Section title="In words" table="words">
            <ul className={own.words}>
              {rows.slice(0, MOST_SENTENCES).map((row) => (
                <li key={`${row.what} ${row.link}`}>
                  <bdi>{row.sentence}</bdi>
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
    </>
  );
}

function amountOf({ unit }: ChangeRow, value: number | undefined): string {
  if (value === undefined) return '';
  if (unit === 'us') return formatUs(value as Microseconds);
  return unit === 'bytes' ? formatBytes(value as Bytes) : formatBytesPerSecond(value as BytesPerSecond);
}

const LIMITS: readonly {
  name: keyof Thresholds;
  label: string;
  unit: string;
  part: number;
  least: number;
}[] = [
  { name: 'factor', label: 'at least', unit: 'times as much, or as little', part: 1, least: 1.1 },
  { name: 'bytesPerS', label: 'rates by', unit: 'KiB/s or more', part: 1024, least: 0 },
  { name: 'bytes', label: 'bytes by', unit: 'KiB or more, across a restart', part: 1024, least: 0 },
  { name: 'p99Us', label: 'p99 by', unit: 'ms or more, within a band', part: 1000, least: 0 },
];

/** What counts as a change. */
function Limits({ store }: { store: ViewStore }) {
  const thresholds = useStore(store, (view) => view.thresholds) ?? COMPARE_LIMITS;
  const set = (name: keyof Thresholds, value: number) =>
    store.setState({ thresholds: { ...thresholds, [name]: value } });
  return (
    <Section title="What counts as a change" table="thresholds">
      <div className={own.limits}>
        {LIMITS.map(({ name, label, unit, part, least }) => (
          <label key={name}>
            <span>{label}</span>
            <input
              type="number"
              min={least}
              step="any"
              defaultValue={Math.round((thresholds[name] / part) * 1000) / 1000}
              key={thresholds[name]}
              onBlur={(event) => {
                const value = event.target.valueAsNumber;
                if (value >= least && value * part !== thresholds[name])
                  set(name, Math.round(value * part * 1000) / 1000);
              }}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.currentTarget.blur();
              }}
            />
            <span>{unit}</span>
          </label>
        ))}
      </div>
      <p className={css.note}>
        New and gone are links that the other moment does not list, nor the sample beside it: the API lists
        active flows only.
      </p>
    </Section>
  );
}

function Ghosts({ store, ghosts }: { store: ViewStore; ghosts: Changes['ghosts'] }) {
  const isOn = useStore(store, (view) => view.ghosts);
  return (
    <Section
      title="Stopped in the last minute"
      aside={isOn ? formatCount(ghosts.length) : 'off'}
      table="ghosts"
    >
      <div className={css.actions}>
        <button type="button" aria-pressed={isOn} onClick={() => store.setState({ ghosts: !isOn })}>
          Let stopped links fade on the map
        </button>
      </div>
      {ghosts.length === 0 ? (
        <p className={css.note}>
          {isOn ? 'No link that was there a minute ago is missing.' : 'Links that stop vanish at once.'}
        </p>
      ) : (
        <PanelTable heads={[['link'], ['until then', css.wide], ['missing since', css.wide]]}>
          {ghosts.map(({ link, from, to, bytes, missedMs }) => (
            <tr key={link}>
              <td>
                <Pair from={from} to={to} onClick={() => select(store, { link })} />
              </td>
              <td>
                <Amount bytes={bytes} />
              </td>
              <td>{formatClock(missedMs)}</td>
            </tr>
          ))}
        </PanelTable>
      )}
    </Section>
  );
}
