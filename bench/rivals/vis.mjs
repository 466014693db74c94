/** vis-network, which draws Kubeshark's service map; positions given, physics off, only changed links on a refresh. */
import { DataSet, Network } from 'vis-network/standalone';
import { FONT, INK, place, publish } from './stage.mjs';

let edges;
let network;
let middle;
const edgeOf = ({ id, from, to, widthPx, colour }) => ({ id, from, to, width: widthPx, color: colour });

publish({
  draw({ frame, peers, links }) {
    edges = new DataSet(links.map(edgeOf));
    const nodes = new DataSet(
      peers.map(({ id, x, y, size, text, px }) => ({
        id,
        x,
        y,
        size: size / 2,
        label: text,
        font: { size: px, face: FONT, color: INK.text },
      })),
    );
    network = new Network(
      place(frame),
      { nodes, edges },
      {
        physics: false,
        nodes: { shape: 'dot', borderWidth: 2, color: { background: INK.peer, border: INK.rim } },
        // Straight lines, which cost it least; its default would be curves.
        edges: { smooth: false, arrows: { to: { enabled: true, scaleFactor: 0.5 } } },
        layout: { improvedLayout: false },
      },
    );
    middle = { x: frame.w / 2, y: frame.h / 2 };
    network.moveTo({ position: middle, scale: 1 });
  },
  refresh(changed) {
    edges.update(changed.map(edgeOf));
  },
  home() {
    network.moveTo({ position: middle, scale: 1 });
  },
  at: (id) => network.canvasToDOM(network.getPosition(id)),
});
