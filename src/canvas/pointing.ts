/**
 * What the pointer does on the map, whoever draws it: clicks, double clicks, hovering, dragging a peer. The engine
 * tells where; what is there is the engine's element, or what `pick` finds where the engine has none.
 */
import type cytoscape from 'cytoscape';
import type { Gestures } from './gestures';

/** Nothing given is the background. */
export interface Pointed {
  peer?: string;
  link?: string;
}

export interface Point {
  x: number;
  y: number;
}

interface Pointing {
  /** Map units. */
  pick(at: Point): Pointed;
  /** The middle of a peer's mark that the engine does not know; map units. */
  middleOf(peer: string): Point | undefined;
  onTap(what: Pointed): void;
  onDoubleTap(peer: string): void;
  /** `at` is in px of the container. */
  onHover(what: Pointed, at: Point): void;
  /** A peer is in the reader's hand, and here; map units. */
  onDrag(peer: string, to: Point): void;
  onDrop(peer: string, to: Point): void;
}

/** A pointer on its way crosses links by the dozen: it has to stay on one for so long to light it. */
const STAY_MS = 50;
/** Moved by less than this with the button down, a peer was clicked; px. */
const DRAG_FROM_PX = 4;

export function listenToPointer(
  engine: cytoscape.Core,
  container: HTMLElement,
  gestures: Gestures,
  on: Pointing,
): { forget(): void; destroy(): void } {
  let hovered: Pointed = {};
  let grabbed: { peer: string; from: Point; offset: Point; to?: Point } | undefined;

  const whatAt = (event: cytoscape.EventObject): Pointed => {
    if (event.target === engine) return on.pick(event.position);
    return event.target.isNode() ? { peer: event.target.id() } : { link: event.target.id() };
  };
  let staying: ReturnType<typeof setTimeout> | undefined;
  const tell = (what: Pointed, at: Point) => {
    if (isSame(what, hovered)) return;
    hovered = what;
    on.onHover(what, at);
  };
  const hover = (what: Pointed, at: Point) => {
    clearTimeout(staying);
    if (what.link === undefined || isSame(what, hovered)) {
      tell(what, at);
      return;
    }
    tell({}, at);
    staying = setTimeout(tell, STAY_MS, what, { ...at });
  };
  const forget = () => hover({}, { x: 0, y: 0 });

  engine.on('tap', (event) => on.onTap(whatAt(event)));
  engine.on('dbltap', (event) => {
    const { peer } = whatAt(event);
    if (peer !== undefined) on.onDoubleTap(peer);
  });
  engine.on('mousemove', (event) => {
    if (!gestures.isBusy() && grabbed === undefined) hover(whatAt(event), event.renderedPosition);
  });
  engine.on('free', 'node', (event) => on.onDrop(event.target.id(), { ...event.target.position() }));

  engine.on('tapstart', (event) => {
    if (event.target !== engine) return;
    const { peer } = on.pick(event.position);
    const middle = peer === undefined ? undefined : on.middleOf(peer);
    if (peer === undefined || middle === undefined) return;
    const { x, y } = event.position;
    grabbed = { peer, from: { ...event.renderedPosition }, offset: { x: middle.x - x, y: middle.y - y } };
    engine.userPanningEnabled(false);
  });
  engine.on('tapdrag', (event) => {
    if (grabbed === undefined) return;
    const far = Math.hypot(
      event.renderedPosition.x - grabbed.from.x,
      event.renderedPosition.y - grabbed.from.y,
    );
    if (grabbed.to === undefined && far < DRAG_FROM_PX) return;
    grabbed.to = { x: event.position.x + grabbed.offset.x, y: event.position.y + grabbed.offset.y };
    gestures.step();
    on.onDrag(grabbed.peer, grabbed.to);
  });
  const letGo = () => {
    if (grabbed === undefined) return;
    const { peer, to } = grabbed;
    grabbed = undefined;
    engine.userPanningEnabled(true);
    if (to !== undefined) on.onDrop(peer, to);
  };
  engine.on('tapend', letGo);
  container.addEventListener('pointercancel', letGo);

  // A second finger means zooming.
  const onTouch = (event: TouchEvent) => {
    if (event.touches.length > 1) letGo();
  };
  container.addEventListener('touchstart', onTouch, { passive: true, capture: true });
  container.addEventListener('mouseleave', forget);
  return {
    forget,
    destroy() {
      clearTimeout(staying);
      container.removeEventListener('touchstart', onTouch, { capture: true });
      container.removeEventListener('mouseleave', forget);
      container.removeEventListener('pointercancel', letGo);
    },
  };
}

const isSame = (a: Pointed, b: Pointed): boolean => a.peer === b.peer && a.link === b.link;
