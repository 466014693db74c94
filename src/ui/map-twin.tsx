/**
 * The map for keys and for ears: a list of its peers with one tab stop, over which the focus roves as the eye would over
 * the picture. What has the focus lies over its mark, so the ring is drawn where the mark is. Knows keys; refuses to know
 * how the picture is drawn.
 */
import {
  type KeyboardEvent,
  memo,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import type { FlowCanvas } from '../canvas/flow-canvas';
import type { Insets } from '../canvas/framing';
import { isFold } from '../graph/folding';
import type { Picture, PicturePeer } from '../graph/marks';
import { speakLink, speakPeer } from '../graph/spoken';
import {
  type Direction,
  endTowards,
  fromWorst,
  linksByPeer,
  nearestPeer,
  readingOrder,
  STEPS,
} from '../graph/walk';
import { focusOn, select, toggleExpanded, type ViewStore } from '../view/view-state';
import type { Hover } from './map-hover';
import css from './map-twin.module.css';
import { MAP_PEERS_ID } from './use-shortcuts';

interface MapTwinProps {
  picture: Picture;
  canvas: RefObject<FlowCanvas | undefined>;
  store: ViewStore;
  insets: Insets;
  /** What has the focus and where it is; nothing when the keyboard left the map. */
  onAttend(hover: Hover | undefined): void;
  /** Details are asked for: the focus goes to them when they are there. */
  onDetails(): void;
}

/** Where the focus is: on a peer, or on one of its links. */
interface Cursor {
  peer: string;
  link?: string;
}

/** Of larger maps only what stands around the focus, in reading order, is in the document. */
const WHOLE = 300;
const AROUND = 60;
/** The tip stands below the ring and the name, px. */
const BELOW_PX = 26;

const WAYS: Partial<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
export const MapTwin = memo(function MapTwin(props: MapTwinProps) {
  const { picture, canvas, store, insets, onAttend, onDetails } = props;
  const selectedPeer = useStore(store, (view) => view.peer);
  const selectedLink = useStore(store, (view) => view.link);
  const [wanted, setWanted] = useState<Cursor>();
  // Counts the times that somebody sent the focus here from elsewhere.
  const [summons, setSummons] = useState(0);
  const held = useRef(false);
  const option = useRef<HTMLDivElement>(null);

  // Lists stay the same from picture to picture while no mark in them looks different.
  const { boxes, peers, links } = picture;
  const order = useMemo(() => readingOrder({ boxes, peers }), [boxes, peers]);
  const linksOf = useMemo(() => linksByPeer(links), [links]);
  const names = useMemo(() => new Map(peers.map(({ id, label }) => [id, label])), [peers]);
  const nameOf = (peer: string) => names.get(peer) ?? peer;

  // What is selected by other means is where the keyboard goes on from.
  useEffect(() => {
    if (selectedPeer !== undefined) setWanted({ peer: selectedPeer });
  }, [selectedPeer]);
  const followed = useRef<string>(undefined);
  useEffect(() => {
    // Only a new selection moves the focus, not a new picture; the picture may come later than the selection.
    if (followed.current === selectedLink) return;
    const line = picture.links.find(({ id }) => id === selectedLink);
    if (selectedLink !== undefined && line === undefined) return;
    followed.current = selectedLink;
    if (line === undefined) return;
    setWanted((known) => ({ peer: known?.peer === line.to ? line.to : line.from, link: line.id }));
  }, [selectedLink, picture.links]);

  // Whoever left the map hands over to the first peer; a link that left, to its peer.
  const found = order.findIndex(({ id }) => id === wanted?.peer);
  const at = Math.max(0, found);
  const peer = order[at];
  const own = fromWorst(linksOf.get(peer?.id ?? '') ?? []);
  const link = found < 0 ? undefined : own.find(({ id }) => id === wanted?.link);
  const [peerId, linkId] = [peer?.id, link?.id];

  useLayoutEffect(() => {
    const marker = option.current;
    if (!held.current || marker === null || peerId === undefined || summons < 0) return;
    marker.focus({ preventScroll: true });
    const what = linkId === undefined ? { peer: peerId } : { link: linkId };
    canvas.current?.attend(what, marker, insets);
    // On a narrow page the map itself may be out of sight.
    marker.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const place = canvas.current?.whereIs(what);
    onAttend(place === undefined ? undefined : { ...what, x: place.x, y: place.y + BELOW_PX });
  }, [peerId, linkId, summons, canvas, insets, onAttend]);

  const summon = () => {
    held.current = true;
    setSummons((count) => count + 1);
  };
  if (peer === undefined) return null;

  const go = (next: PicturePeer | undefined) => next !== undefined && setWanted({ peer: next.id });
  const stepLinks = (by: 1 | -1) => {
    if (own.length === 0) return;
    const from = link === undefined ? (by > 0 ? -1 : own.length) : own.indexOf(link);
    const next = own[(from + by + own.length) % own.length];
    if (next !== undefined) setWanted({ peer: peer.id, link: next.id });
  };
  const open = () => {
    if (link === undefined && isFold(peer.id)) {
      toggleExpanded(store, peer.id);
      return;
    }
    select(store, link === undefined ? { peer: peer.id } : { link: link.id });
    onDetails();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way !== undefined && event.shiftKey) {
      if (link !== undefined) return;
      canvas.current?.nudge(peer.id, STEPS[way]);
    } else if (way !== undefined && link !== undefined)
      setWanted({ peer: endTowards(link, picture.peers, peer.id, way) });
    else if (way !== undefined) go(nearestPeer(picture.peers, peer, way));
    else if (event.key === 'Home') go(order[0]);
    else if (event.key === 'End') go(order.at(-1));
    else if (event.key === 'PageDown') go(order[at + 1]);
    else if (event.key === 'PageUp') go(order[at - 1]);
    else if (event.key === ']') stepLinks(1);
    else if (event.key === '[') stepLinks(-1);
    else if (event.key === 'Enter' && event.shiftKey) focusOn(store, peer.id);
    else if (event.key === 'Enter' || event.key === ' ') open();
    else if (event.key === 'Escape' && link !== undefined && selectedLink === undefined)
      setWanted({ peer: peer.id });
    else {
      // What the focus brought up can be put away without moving it; the key goes on to whoever else leaves something.
      if (event.key === 'Escape') onAttend(undefined);
      return;
    }
    event.preventDefault();
  };

  const isWhole = order.length <= WHOLE;
  const first = isWhole ? 0 : Math.max(0, at - AROUND);
  const shown = isWhole ? order : order.slice(first, at + AROUND);
  const common = (isCurrent: boolean) => ({
    className: css.mark,
    ...(isCurrent ? { ref: option } : {}),
  });
  return (
    <>
      <p id={`${MAP_PEERS_ID}-keys`} hidden>
        Arrow keys go to the nearest peer, Page Down and Page Up to the next and the one before. The bracket
        keys go through the links of a peer, the worst first; an arrow then follows the link. Enter opens the
        details, Escape goes back. Shift with an arrow moves the peer.
      </p>
      <div
        id={MAP_PEERS_ID}
        className={css.twin}
        role="listbox"
        aria-label="Peers of the map"
        aria-describedby={`${MAP_PEERS_ID}-keys`}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (event.target === event.currentTarget) {
            const { peer: chosen } = store.getState();
            if (chosen !== undefined) setWanted({ peer: chosen });
            summon();
          } else if (!held.current) summon();
        }}
        onBlur={(event) => {
          if (event.currentTarget.contains(event.relatedTarget)) return;
          held.current = false;
          canvas.current?.attend({});
          onAttend(undefined);
        }}
      >
        {shown.map((each, index) => (
          <div
            key={each.id}
            role="option"
            tabIndex={each === peer && link === undefined ? 0 : -1}
            {...common(each === peer && link === undefined)}
            aria-label={speakPeer(each, linksOf.get(each.id) ?? [])}
            aria-selected={each.id === selectedPeer}
            aria-setsize={order.length}
            aria-posinset={first + index + 1}
          />
        ))}
        {link === undefined ? null : (
          <div
            key={`link ${link.id}`}
            role="option"
            tabIndex={0}
            {...common(true)}
            data-what="link"
            aria-label={speakLink(link, nameOf, { place: own.indexOf(link), of: own.length })}
            aria-selected={link.id === selectedLink}
          />
        )}
      </div>
    </>
  );
});
