/** `?`: keys, gestures and what the marks mean. A native dialog: focus, Escape and backdrop are the browser's. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { BAND_GUIDE, BANDS } from '../flows/handshake';
import type { PreferenceStore } from '../view/preferences';
import css from './help-dialog.module.css';

const GESTURES: [string, string][] = [
  ['Click', 'select a peer or a link; its figures open at the side'],
  ['Double click', "focus a peer's neighbourhood, up- and downstream"],
  ['Drag', 'move a peer; it stays where you put it'],
  ['Wheel, pinch', 'zoom; more names appear'],
  ['/', 'find a peer by name'],
  ['Ctrl K', 'ask a question'],
  ['Ctrl Shift C', 'copy and save a picture for a chat channel'],
  ['← →', 'on the timeline: a sample earlier or later; with Shift to the next mark; End is live'],
  ['Esc', 'leave the selection, then the question, the focus, the past'],
  ['?', 'this help'],
];

/** While the map has the focus: Tab goes there, so does “Skip to the map”, so does Enter in the search. */
const ON_THE_MAP: [string, string][] = [
  ['← ↑ → ↓', 'go to the nearest peer that way; from a link, along it'],
  ['] [', 'the links of a peer, the worst first'],
  ['Enter', 'open the details; Esc comes back'],
  ['Page Down, Page Up', 'the next peer in reading order, the one before'],
  ['Home, End', 'the first peer, the last'],
  ['Shift + arrow', 'move the peer'],
  ['Shift + Enter', "focus the peer's neighbourhood"],
];

interface HelpDialogProps {
  preferences: PreferenceStore;
  onClose(): void;
}

export function HelpDialog({ preferences, onClose }: HelpDialogProps) {
  const singleKeys = useStore(preferences, (known) => known.singleKeys);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className={css.dialog} onClose={onClose} aria-labelledby="help-title">
      {/* First, and in view while the text scrolls: showModal() gives the focus to the first control, and scrolls to it. */}
      <header className={css.head}>
        <h2 id="help-title">Reading the map</h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </header>
      <p>
        A link is all flows from one peer to another; its arrow points at the server. Its{' '}
        <strong>width</strong> is its bytes, counted once at the sender, on a fixed scale. Its{' '}
        <strong>colour</strong> is the worst TCP handshake p99 of its flows. Peers are coloured by namespace,
        never by health.
      </p>
      <table>
        <tbody>
          {[...BANDS, 'unmeasured' as const].map((band) => (
            <tr key={band}>
              <th scope="row">{band}</th>
              <td>{BAND_GUIDE[band].range}</td>
              <td>{BAND_GUIDE[band].meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        The percentiles cover a sliding window of two minutes. No recent handshake does not mean fast: it is
        not known.
      </p>
      <Keys rows={GESTURES} />
      <p>With the keyboard on the map (Tab goes there, and so does Enter after a search):</p>
      <Keys rows={ON_THE_MAP} />
      <p>
        The matrix shows the same links as cells: the row is the client, the column the server. The size of a
        mark is its bytes. Arrows move from cell to cell, with Ctrl from link to link; Enter opens, + and −
        size the cells.
      </p>
      <label className={css.choice}>
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => preferences.setState({ singleKeys: event.target.checked })}
        />
        Single keys are shortcuts: <kbd>/</kbd> and <kbd>?</kbd>
      </label>
    </dialog>
  );
}

function Keys({ rows }: { rows: typeof GESTURES }) {
  return (
    <table>
      <tbody>
        {rows.map(([key, what]) => (
          <tr key={key}>
            <th scope="row">
              <kbd>{key}</kbd>
            </th>
            <td>{what}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
