/**
 * The map as final marks: positions, widths in px, colours, names. Pure, before any engine, so the legend, the tables,
 * the accessibility tree and nearly every test read it. Numbers are quantised here: jitter dies before it is styled.
 */
import { isProblem, touchesInfrastructure } from './focus';
import { createBends, plainBend } from './layout/bends';
import { bundle } from './layout/bundles';
import type { Placement } from './layout/placement';
import type { Picture, PictureLink, PicturePeer } from './marks';
import { withDeparted } from './overlay';
import { bandStyle, changeStyle, GHOST_DASH, SHADE_GUIDE } from './palette';
import { composeMarks, type PictureInput } from './peer-marks';
import { composePills } from './pills';

export { BOX_TITLE_PX, markRect, TITLE_INSET, titleRect } from './peer-marks';

/** 1 KiB → 1 px, 1 GiB → 10 px on a fixed log scale, in quarter px; never rescaled by what else is on screen (§5). */
export function linkWidthPx(bytes: number): number {
  const doublings = Math.log2(Math.max(bytes, 1024)) - 10;
  const width = 1 + (9 * doublings) / 20;
  return Math.min(WIDEST_LINK_PX, Math.round(width * 4) / 4);
}

/** A terabyte would be 14.5 px: wider than half a mark nothing is gained. */
const WIDEST_LINK_PX = 12;

/**
 * 64 B/s → 1 px, 64 MiB/s → 10 px, as many doublings as bytes have: from a probe now and then to a full link. A rate that
 * is not known is a hairline.
 */
function rateWidthPx(bytesPerS: number | undefined): number {
  return bytesPerS === undefined ? HAIRLINE_PX : linkWidthPx((bytesPerS / 64) * 1024);
}

const HAIRLINE_PX = 0.5;

/** Peers that the placement does not know yet, and links to them, are left out: they come with the next placement. */
export function composePicture(input: PictureInput): Picture {
  const { zoom, measure, overlay } = input;
  const scene = overlay === undefined ? input.scene : withDeparted(input.scene, overlay.departed);
  const whole = { ...input, scene };
  const { peers, boxes, taken } = composeMarks(whole);
  const links = composeLinks(whole, peers);
  const pills = composePills(links, peers, zoom, measure, taken, overlay?.changes !== undefined);
  const compared = overlay?.changes === undefined ? {} : { isCompared: true as const };
  return {
    level: scene.graph.level,
    zoom,
    ...compared,
    boxes,
    peers,
    links,
    pills,
    coverage: scene.coverage,
  };
}

const QUIET_OPACITY = 0.35;
/** What is as it was is the ground on which changes stand out. */
const UNCHANGED_OPACITY = 0.22;

/** In steps, so that one link more or less does not restyle the map. */
function crowdOpacity(links: number): number {
  return CROWDS.find(({ above }) => links > above)?.opacity ?? 1;
}

/** So many healthy links, so faint: what stands out of a thousand is trouble and names. */
const CROWDS: readonly { above: number; opacity: number }[] = [
  { above: 1000, opacity: 0.07 },
  { above: 500, opacity: 0.12 },
  { above: 250, opacity: 0.25 },
  { above: 100, opacity: 0.65 },
];

/** Fainter than this a link is the ground on which others stand out: straight, without dash and head. */
export const FAINT = 0.1;

const SOLID: readonly number[] = [];

function composeLinks(input: PictureInput, peers: readonly PicturePeer[]): PictureLink[] {
  const { scene, placement, theme, shades, overlay } = input;
  const departed = new Map(overlay?.departed.map(({ link, opacity }) => [link.id, opacity]));
  const { graph, links: graphLinks } = scene;
  const at = new Map(peers.map((peer) => [peer.id, peer]));
  const links: PictureLink[] = [];
  const crowd = crowdOpacity(graphLinks.length);
  for (const link of graphLinks) {
    const from = at.get(link.from);
    const to = at.get(link.to);
    if (from === undefined || to === undefined) continue;
    const { band, worstP99Us } = link.handshake;
    const shade = shades?.get(link.id);
    const note = overlay?.changes?.get(link.id);
    const isCompared = overlay?.changes !== undefined;
    const rate = overlay?.rates?.get(link.id);
    const style =
      note !== undefined
        ? changeStyle(note.kind, theme)
        : bandStyle(isCompared ? 'unmeasured' : shade === undefined ? band : SHADE_GUIDE[shade].band, theme);
    const ghostly = isCompared || graph.links.has(link.id) ? undefined : departed.get(link.id);
    const isLoud =
      shade === undefined
        ? isProblem(link)
        : link.unanswered || shade === 'slower' || shade === 'much-slower';
    const quiet = !isLoud && touchesInfrastructure(graph, link);
    links.push({
      id: link.id,
      from: link.from,
      to: link.to,
      bytes: link.bytes,
      widthPx: overlay?.rates === undefined ? linkWidthPx(link.bytes) : rateWidthPx(rate),
      colour: style.colour,
      band,
      dash:
        ghostly !== undefined ? GHOST_DASH : isCompared && note === undefined ? SOLID : (style.dash ?? SOLID),
      ...(worstP99Us === undefined ? {} : { worstP99Us }),
      flows: link.count,
      bend: 0,
      ...(ghostly === undefined ? {} : { ghost: true }),
      ...(note === undefined ? {} : { change: note.kind, note: note.text }),
      ...(rate === undefined ? {} : { bytesPerS: rate }),
      unanswered: link.unanswered && !isCompared,
      quiet,
      opacity:
        ghostly ??
        (isCompared
          ? note === undefined
            ? Math.min(UNCHANGED_OPACITY, crowd)
            : 1
          : isLoud
            ? 1
            : quiet
              ? Math.min(QUIET_OPACITY, crowd)
              : crowd),
    });
  }
  shapeLinks(links, at, placement);
  return links;
}

/** One map is drawn at a time: what it remembers saves the search at every poll that moves nothing. */
const chooseBends = createBends();

/** Strands first; what is drawn on its own bows around the marks it passes. */
function shapeLinks(links: PictureLink[], at: ReadonlyMap<string, PicturePeer>, placement: Placement): void {
  const ways = bundle(links, placement, (index) => {
    const link = links[index];
    return link !== undefined && link.band !== 'high' && !link.unanswered;
  });
  const single: PictureLink[] = [];
  for (const [index, link] of links.entries()) {
    const via = ways.get(index);
    if (via === undefined) {
      // Among thousands no eye follows a bow, and a straight line is painted in half the time.
      if (link.opacity >= FAINT) single.push(link);
      continue;
    }
    link.via = via;
    const [from, to] = [at.get(link.from), at.get(link.to)];
    // Its own curve, for when the strand is opened.
    if (from !== undefined && to !== undefined)
      link.bend = plainBend(Math.hypot(to.x - from.x, to.y - from.y));
  }
  const marks = [...at.values()];
  const chords = single.flatMap((link) => {
    const from = at.get(link.from);
    const to = at.get(link.to);
    return from === undefined || to === undefined ? [] : [{ id: link.id, from, to }];
  });
  const bends = chooseBends(chords, marks, Math.max(0, ...marks.map(({ size }) => size)) / 2);
  for (const [index, link] of single.entries()) link.bend = bends[index] ?? 0;
}
