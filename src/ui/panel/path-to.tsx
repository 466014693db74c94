/** Shows the way from this peer to another, chosen by typing part of its name. */
import { useId, useRef, useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import { focusOn, type ViewStore } from '../../view/view-state';
import css from './side-panel.module.css';

interface PathToProps {
  store: ViewStore;
  backstage: Backstage;
  /** Where the path starts: a peer's id. */
  from: string;
}

export function PathTo({ store, backstage, from }: PathToProps) {
  const listId = useId();
  const [found, setFound] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<string>();
  /** What the field holds, while an older text is being looked up. */
  const typed = useRef('');
  const kind = from.slice(0, from.indexOf(':'));
  const look = async (text: string): Promise<ReadonlyMap<string, string>> => {
    const reply = await backstage.ask('subjects', { text, takes: ['peer'] });
    // Only peers of this peer's own kind of name stand on the same map.
    const names = new Map(
      (reply?.subjects ?? []).flatMap(({ subject: { peer }, label, namespace }) =>
        peer === undefined || peer === from || (kind === 'pod' && peer.startsWith('svc:'))
          ? []
          : [[namespace === undefined ? label : `${namespace}/${label}`, peer] as const],
      ),
    );
    if (typed.current === text) setFound(names);
    return names;
  };
  const onType = async (text: string) => {
    typed.current = text;
    setProblem(undefined);
    const peer = found.get(text) ?? (await look(text)).get(text);
    if (peer !== undefined && typed.current === text) focusOn(store, from, peer);
  };
  const onEnter = async (text: string) => {
    const names = await look(text.slice(text.indexOf('/') + 1));
    const meant = meantBy(text, names, kind);
    if (typeof meant === 'string') focusOn(store, from, meant);
    else if (text !== '') setProblem(sayNone(text, meant));
  };
  return (
    <>
      <label className={css.field}>
        Path to
        <input
          list={listId}
          placeholder="part of a name"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => void onType(event.target.value.trim())}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void onEnter(event.currentTarget.value.trim());
          }}
        />
        <datalist id={listId}>
          {[...found.keys()].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      {problem === undefined ? null : (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** The one peer that has this name, with its namespace or without, of the same kind if need be; else how many it may be. */
function meantBy(text: string, names: ReadonlyMap<string, string>, kind: string): string | number {
  const exact = names.get(text);
  if (exact !== undefined) return exact;
  const named = [...names].filter(([name]) => name.slice(name.indexOf('/') + 1) === text);
  const all = named.length > 0 ? named : [...names].filter(([name]) => name.includes(text));
  const alike = all.filter(([, peer]) => peer.startsWith(`${kind}:`));
  const [meant, other] = alike.length > 0 ? alike : all;
  return meant !== undefined && other === undefined ? meant[1] : all.length;
}

const sayNone = (text: string, many: number): string =>
  many === 0
    ? `No peer has “${text}” in its name.`
    : `Several peers have “${text}” in their names: choose one from the list.`;
