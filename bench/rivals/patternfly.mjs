/**
 * PatternFly's topology, which draws the graphs of Kiali and of NetObserv: its default parts, positions given. On a
 * refresh only changed edges get data, the least that it can do; those two hand it the whole model.
 */
import '@patternfly/react-core/dist/styles/base.css';
import {
  action,
  DefaultEdge,
  DefaultNode,
  EdgeTerminalType,
  GraphComponent,
  ModelKind,
  NodeShape,
  observer,
  Point,
  Visualization,
  VisualizationProvider,
  VisualizationSurface,
  withPanZoom,
} from '@patternfly/react-topology';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { ARROW, place, publish } from './stage.mjs';

const controller = new Visualization();
const edgeOf = ({ id, from, to, widthPx, colour }) => ({
  id,
  type: 'edge',
  source: from,
  target: to,
  data: { widthPx, colour },
});

/** The edge's colour and width are variables of its style sheet: set around it, they reach line and arrow. */
const Edge = observer(({ element }) => {
  const { widthPx, colour } = element.getData();
  const style = { '--pf-topology__edge--Stroke': colour, '--pf-topology__edge--StrokeWidth': `${widthPx}px` };
  return createElement(
    'g',
    { style },
    createElement(DefaultEdge, {
      element,
      endTerminalType: EdgeTerminalType.directional,
      endTerminalSize: ARROW,
    }),
  );
});
const Node = ({ element }) =>
  createElement(DefaultNode, { element, showLabel: element.getLabel() !== undefined });

publish({
  draw({ frame, peers, links }) {
    const map = place(frame);
    document.documentElement.classList.add('pf-v6-theme-dark');
    const parts = { graph: withPanZoom()(GraphComponent), node: Node, edge: Edge };
    controller.registerComponentFactory((kind) => parts[kind === ModelKind.graph ? 'graph' : kind]);
    controller.fromModel({
      graph: { id: 'graph', type: 'graph', x: 0, y: 0, scale: 1 },
      nodes: peers.map(({ id, x, y, size, text }) => ({
        id,
        type: 'node',
        label: text,
        x: x - size / 2,
        y: y - size / 2,
        width: size,
        height: size,
        shape: NodeShape.ellipse,
      })),
      edges: links.map(edgeOf),
    });
    createRoot(map).render(
      createElement(
        VisualizationProvider,
        { controller },
        createElement(VisualizationSurface, { state: {} }),
      ),
    );
  },
  refresh: action((changed) => {
    for (const { id, widthPx, colour } of changed) controller.getElementById(id).setData({ widthPx, colour });
  }),
  home() {
    controller.getGraph().setScale(1);
    controller.getGraph().setPosition(new Point(0, 0));
  },
  at(id) {
    const graph = controller.getGraph();
    const { x, y } = graph.getPosition();
    const centre = controller.getElementById(id).getBounds().getCenter();
    return { x: x + centre.x * graph.getScale(), y: y + centre.y * graph.getScale() };
  },
});
