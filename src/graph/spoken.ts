/**
 * The marks of a picture in words, for whoever hears the map: name, kind, place, figures and the worst of its links.
 * Pure; one sentence a mark, the name first, because a listener moves on after the first words.
 */
import { BAND_GUIDE } from '../flows/handshake';
import { type Bytes, formatBytes, formatCount, formatUs } from '../flows/units';
import type { PictureLink, PicturePeer } from './marks';
import { worstOf } from './walk';

const KINDS: Record<PicturePeer['kind'], string> = {
  pod: 'pod',
  service: 'service',
  namespace: 'namespace',
  node: 'node',
  host: 'host process',
  external: 'external address',
  unresolved: 'unresolved address',
};

/** `links` are the peer's own, in any order. */
export function speakPeer(peer: PicturePeer, links: readonly PictureLink[]): string {
  const place = peer.namespace === undefined || peer.kind === 'namespace' ? '' : ` in ${peer.namespace}`;
  let bytes = 0;
  for (const link of links) bytes += link.bytes;
  const worst = worstOf(links);
  return [
    peer.label,
    `${peer.folded ? 'several, folded' : KINDS[peer.kind]}${place}`,
    links.length === 1 ? '1 link' : `${formatCount(links.length)} links`,
    ...(links.length === 0 ? [] : [formatBytes(bytes as Bytes)]),
    ...(worst === undefined ? [] : [links.length === 1 ? health(worst) : `worst: ${health(worst)}`]),
    ...troubles(links),
  ].join(', ');
}

/** `place` is the link's own among the peer's from the worst, from 0; `names` finds the label of an end. */
export function speakLink(
  link: PictureLink,
  names: (peer: string) => string,
  { place, of }: { place: number; of: number },
): string {
  return [
    `${names(link.from)} to ${names(link.to)}`,
    health(link),
    formatBytes(link.bytes),
    link.flows === 1 ? '1 flow' : `${formatCount(link.flows)} flows`,
    `link ${formatCount(place + 1)} of ${formatCount(of)}`,
  ].join(', ');
}

function health(link: PictureLink): string {
  if (link.unanswered) return 'no answer';
  if (link.worstP99Us === undefined) return BAND_GUIDE.unmeasured.range;
  return `${link.band}, p99 ${formatUs(link.worstP99Us)}`;
}

/** How many links are in trouble, where there is more than the one that was named. */
function troubles(links: readonly PictureLink[]): string[] {
  if (links.length < 2) return [];
  let [high, elevated, unanswered] = [0, 0, 0];
  for (const link of links) {
    if (link.band === 'high') high++;
    else if (link.band === 'elevated') elevated++;
    if (link.unanswered) unanswered++;
  }
  const say = (count: number, words: string): string[] =>
    count === 0 ? [] : [`${formatCount(count)} ${words}`];
  return [...say(high, 'high'), ...say(elevated, 'elevated'), ...say(unanswered, 'without an answer')];
}
