/** Cytoscape as it comes: flat, no guard against re-styling, refreshed with cy.json as its manual shows. */
import cytoscape from 'cytoscape';
import { ARROW, FONT, INK, place, publish } from './stage.mjs';

let engine;
let nodes;
const edgeOf = ({ id, from, to, widthPx, colour }) => ({
  group: 'edges',
  data: { id, source: from, target: to, w: widthPx, colour },
});

publish({
  draw({ frame, peers, links }) {
    nodes = peers.map(({ id, x, y, size, text, px }) => ({
      group: 'nodes',
      data: { id, size, text: text ?? '', px },
      position: { x, y },
    }));
    engine = cytoscape({
      container: place(frame),
      elements: [...nodes, ...links.map(edgeOf)],
      layout: { name: 'preset', fit: false },
      style: [
        {
          selector: 'node',
          style: {
            width: 'data(size)',
            height: 'data(size)',
            label: 'data(text)',
            'font-size': 'data(px)',
            'font-family': FONT,
            'text-valign': 'bottom',
            color: INK.text,
            'background-color': INK.peer,
            'border-width': 2,
            'border-color': INK.rim,
          },
        },
        {
          selector: 'edge',
          style: {
            width: 'data(w)',
            'line-color': 'data(colour)',
            'curve-style': 'bezier',
            'target-arrow-shape': 'triangle',
            'target-arrow-color': 'data(colour)',
            'arrow-scale': ARROW / 29,
          },
        },
      ],
    });
  },
  refresh(_changed, links) {
    engine.json({ elements: [...nodes, ...links.map(edgeOf)] });
  },
  home() {
    engine.viewport({ zoom: 1, pan: { x: 0, y: 0 } });
  },
  at(id) {
    const { x, y } = engine.getElementById(id).renderedPosition();
    return { x, y };
  },
});
