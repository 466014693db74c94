/**
 * `/` finds a peer by part of its name: type, arrow, Enter selects it (and the map shows it).
 * A combobox by the book, so that it works without a mouse.
 */
import { Search } from 'lucide-react';
import { useId, useState } from 'react';
import type { Stage } from '../backstage/backstage';
import type { PicturePeer } from '../graph/marks';
import { select, type ViewStore } from '../view/view-state';
import css from './find-box.module.css';
import { Glyph } from './glyph';
import { FIND_ID, MAP_PEERS_ID } from './use-shortcuts';

/** As many as fit without scrolling. */
const MOST = 9;

export function FindBox({ store, stage }: { store: ViewStore; stage: Stage | undefined }) {
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = find(stage, text);
  const choose = (peer: PicturePeer | undefined) => {
    if (peer === undefined) return;
    select(store, { peer: peer.id });
    setText('');
  };
  return (
    <div className={css.find}>
      <Glyph of={Search} size={14} />
      <input
        id={FIND_ID}
        role="combobox"
        aria-label="Find a peer"
        aria-expanded={text !== ''}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found[at] === undefined ? undefined : `${listId}-${at}`}
        placeholder="Find  /"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onBlur={() => setText('')}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
          else if (event.key === 'Enter') {
            choose(found[at]);
            // Whoever finds with keys walks on with keys.
            if (found[at] !== undefined) document.getElementById(MAP_PEERS_ID)?.focus();
          } else if (event.key === 'Escape') {
            setText('');
            event.currentTarget.blur();
          } else return;
          event.preventDefault();
        }}
      />
      <div className={css.list} id={listId} role="listbox" aria-label="Peers found" hidden={text === ''}>
        {found.map((peer, index) => (
          <div
            key={peer.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            // Before the field loses focus, which closes the list.
            onMouseDown={(event) => {
              event.preventDefault();
              choose(peer);
            }}
          >
            <span>{peer.label}</span>
            <span className={css.kind}>
              {peer.kind}
              {peer.namespace === undefined ? '' : ` · ${peer.namespace}`}
            </span>
          </div>
        ))}
        {text !== '' && found.length === 0 ? <p>No peer of this map is called like that.</p> : null}
      </div>
    </div>
  );
}

function find(stage: Stage | undefined, text: string): PicturePeer[] {
  const wanted = text.trim().toLowerCase();
  if (stage === undefined || wanted === '') return [];
  return stage.picture.peers
    .filter(
      ({ label, namespace }) => label.toLowerCase().includes(wanted) || namespace?.toLowerCase() === wanted,
    )
    .sort(
      (a, b) =>
        Number(b.label.startsWith(wanted)) - Number(a.label.startsWith(wanted)) ||
        (a.label < b.label ? -1 : 1),
    )
    .slice(0, MOST);
}
