/** Shows the way from this peer to another, chosen by typing part of its name. */
import { useId, useState } from 'react';
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
  const look = async (text: string) => {
    const reply = await backstage.ask('subjects', { text, takes: ['peer'] });
    // Only peers of this peer's own kind of name stand on the same map.
    const kind = from.slice(0, from.indexOf(':'));
    setFound(
      new Map(
        (reply?.subjects ?? []).flatMap(({ subject: { peer }, label, namespace }) =>
          peer === undefined || peer === from || (kind === 'pod' && peer.startsWith('svc:'))
            ? []
            : [[namespace === undefined ? label : `${namespace}/${label}`, peer] as const],
        ),
      ),
    );
  };
  return (
    <label className={css.field}>
      Path to
      <input
        list={listId}
        placeholder="part of a name"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const text = event.target.value;
          const peer = found.get(text);
          if (peer === undefined) void look(text);
          else focusOn(store, from, peer);
        }}
      />
      <datalist id={listId}>
        {[...found.keys()].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
