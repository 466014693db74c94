/** Takes the reader to what a finding is about: the level at which it can be seen, and the focus or selection on it. */
import type { Finding } from '../../insight/diagnose';
import { focusOn, select, type ViewStore } from '../../view/view-state';

/** The level whose peers have ids like this one. */
function levelOf(id: string): 'pod' | 'service' {
  return id.startsWith('svc:') ? 'service' : 'pod';
}

export function showCulprit(store: ViewStore, culprit: Finding['culprit']): void {
  store.setState({ view: 'map', min: 0 });
  select(store, {});
  switch (culprit.kind) {
    case 'source':
    case 'target':
      showPeer(store, culprit.peer);
      return;
    case 'node':
      store.setState({ level: 'node' });
      focusOn(store, `node:${culprit.node}`);
      return;
    case 'pair':
      store.setState({ level: levelOf(culprit.from) });
      focusOn(store, undefined);
      select(store, { link: `${culprit.from}>${culprit.to}` });
      return;
    case 'node-pair':
    case 'node-groups':
      store.setState({ level: 'node', problems: true });
      focusOn(store, undefined);
      return;
    default:
      // Zones, the outside and the cluster are no peers: the links in trouble show where it is.
      store.setState({ problems: true });
      focusOn(store, undefined);
  }
}

/** Focuses a peer at the level that shows it. */
export function showPeer(store: ViewStore, id: string): void {
  store.setState({ view: 'map', level: levelOf(id), depth: 1 });
  focusOn(store, id);
}
