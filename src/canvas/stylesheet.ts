/**
 * How marks look in Cytoscape: which style a class means in each theme. Values that differ from mark to mark come as
 * final data from the picture; nothing is computed from flows here, and no function mappers (they double a refresh).
 */
import type cytoscape from 'cytoscape';
import { bandStyle, MAP_FONT, SURFACE, type Theme } from '../graph/palette';
import { BAND_ORDER, DIM, GHOST, INK } from '../paint/ink';

const svg = (body: string): string =>
  `data:image/svg+xml;utf8,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 24 24">${body}</svg>`,
  )}`;

const globe = (stroke: string): string =>
  svg(
    `<g fill="none" stroke="${stroke}" stroke-width="1.4"><circle cx="12" cy="12" r="10"/><ellipse cx="12" cy="12" rx="4.2" ry="10"/><path d="M2 12h20"/></g>`,
  );
const question = (stroke: string): string =>
  svg(
    `<path fill="none" stroke="${stroke}" stroke-width="1.8" stroke-linecap="round" d="M9 9.4a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1-1.4 2.1"/><circle cx="12" cy="17.4" r="1.1" fill="${stroke}"/>`,
  );
const plus = (stroke: string): string =>
  svg(`<path fill="none" stroke="${stroke}" stroke-width="2" stroke-linecap="round" d="M12 8v8M8 12h8"/>`);

/** The whole stylesheet of a theme. */
export function stylesheet(theme: Theme): cytoscape.StylesheetJson {
  const ink = INK[theme];
  const surface = SURFACE[theme];
  return [
    {
      selector: 'node',
      style: {
        'z-index-compare': 'manual',
        'font-family': MAP_FONT,
        'overlay-opacity': 0,
        'underlay-opacity': 0,
        'text-events': 'no',
        'min-zoomed-font-size': 0,
      },
    },
    {
      selector: 'node.box',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '10px',
        width: 'data(w)',
        height: 'data(h)',
        'background-color': 'data(fill)',
        'background-opacity': 1,
        'border-width': 1,
        'border-color': 'data(stroke)',
        'border-opacity': 0.55,
        'z-index': 0,
        events: 'no',
      },
    },
    {
      selector: 'node.title',
      style: {
        width: 1,
        height: 1,
        'background-opacity': 0,
        'border-width': 0,
        events: 'no',
        label: 'data(text)',
        color: 'data(title)',
        'font-size': 'data(font)',
        'font-weight': 'bold',
        'text-valign': 'center',
        'text-halign': 'center',
        'text-outline-color': 'data(fill)' as never,
        'text-outline-width': 'data(halo)' as never,
        'text-outline-opacity': 0.9,
        'z-index': 15,
      },
    },
    {
      selector: 'node.peer',
      style: {
        shape: 'ellipse',
        width: 'data(size)',
        height: 'data(size)',
        'background-color': surface,
        'border-width': 2,
        'border-color': 'data(stroke)',
        label: 'data(text)',
        color: ink.text,
        'font-size': 'data(font)',
        'text-valign': 'bottom',
        'text-halign': 'center',
        'text-margin-y': 'data(gap)' as never,
        'text-outline-color': surface,
        'text-outline-width': 'data(halo)' as never,
        'text-outline-opacity': 0.85,
        'z-index': 20,
      },
    },
    {
      selector: 'node.boxed',
      style: { 'text-outline-color': 'data(fill)' as never, 'background-color': 'data(fill)' },
    },
    { selector: 'node.ghost', style: { 'border-opacity': GHOST, 'text-opacity': GHOST } },
    { selector: 'node.service', style: { shape: 'hexagon' } },
    { selector: 'node.namespace', style: { shape: 'round-rectangle', 'background-color': 'data(fill)' } },
    { selector: 'node.node', style: { shape: 'rectangle' } },
    {
      selector: 'node.host',
      style: { shape: 'round-rectangle', 'border-color': ink.quiet, 'border-width': 1.5 },
    },
    {
      selector: 'node.external',
      style: {
        'background-image': globe(ink.quiet),
        'background-fit': 'contain',
        'border-width': 0,
        'background-opacity': 0.001,
      },
    },
    {
      selector: 'node.unresolved',
      style: {
        'background-image': question(ink.quiet),
        'background-fit': 'contain',
        'border-style': 'dashed',
        'border-color': ink.quiet,
        'border-width': 1.5,
      },
    },
    {
      selector: 'node.folded',
      style: {
        'background-image': plus(ink.quiet),
        'background-fit': 'contain',
        'border-width': 1.5,
        'border-color': ink.quiet,
        'border-style': 'double',
      },
    },
    {
      selector: 'edge',
      style: {
        'z-index-compare': 'manual',
        'z-index': 10,
        width: 'data(w)',
        opacity: 'data(opacity)' as never,
        'line-color': 'data(colour)',
        'curve-style': 'unbundled-bezier',
        'control-point-distances': 'data(distances)' as never,
        'control-point-weights': 'data(weights)' as never,
        'target-arrow-shape': 'triangle',
        'target-arrow-color': 'data(colour)',
        'arrow-scale': 'data(arrow)' as never,
        'line-cap': 'butt',
        'overlay-opacity': 0,
      },
    },
    ...BAND_ORDER.map((band, order) => ({ selector: `edge.${band}`, style: { 'z-index': 9 + order } })),
    // Which links are dashed is the picture's to say: colour and dash may stand for something else than the band.
    { selector: 'edge.dashed', style: { 'line-style': 'dashed', 'line-dash-pattern': 'data(dash)' } },
    {
      selector: 'node.pill',
      style: {
        width: 1,
        height: 1,
        'background-opacity': 0,
        'border-width': 0,
        events: 'no',
        label: 'data(text)',
        'font-size': 'data(font)',
        'text-valign': 'center',
        'text-halign': 'center',
        color: ink.text,
        'text-background-color': ink.pill,
        'text-background-opacity': 0.95,
        'text-background-shape': 'round-rectangle',
        'text-background-padding': 'data(pad)' as never,
        'text-border-width': 1,
        'text-border-color': ink.pillLine,
        'text-border-opacity': 1,
        'z-index': 45,
      },
    },
    { selector: 'node.pill.trouble', style: { 'text-border-color': bandStyle('high', theme).colour } },
    { selector: 'edge.unanswered', style: { 'target-arrow-shape': 'tee' } },
    // A link of a strand leaves it to be followed.
    {
      selector: 'edge.lit, edge.selected',
      style: {
        opacity: 1,
        'control-point-distances': 'data(bend)' as never,
        'control-point-weights': 0.5 as never,
      },
    },
    { selector: '.dim', style: { opacity: DIM } },
    { selector: 'node.dim', style: { 'text-opacity': 0.35 } },
    { selector: 'node.lit', style: { 'border-width': 3, 'z-index': 40 } },
    { selector: 'edge.lit', style: { 'z-index': 30 } },
    {
      selector: 'node.selected',
      style: {
        'underlay-color': ink.accent,
        'underlay-opacity': 0.28,
        'underlay-padding': 7,
        'underlay-shape': 'ellipse',
        'font-weight': 'bold',
        'z-index': 50,
      },
    },
    {
      selector: 'edge.selected',
      style: {
        'underlay-color': ink.accent,
        'underlay-opacity': 0.35,
        'underlay-padding': 5,
        'z-index': 45,
      } as never,
    },
  ] as unknown as cytoscape.StylesheetJson;
}
