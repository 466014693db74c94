/** The floor: a canvas that strokes the same lines and nothing else, by hand, at every frame that moved. */
import { place, publish } from './stage.mjs';

let places = new Map();
let lines = [];
const camera = { x: 0, y: 0, zoom: 1 };
let context;
let waiting = false;

function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    const { canvas } = context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const scale = camera.zoom * devicePixelRatio;
    context.setTransform(scale, 0, 0, scale, camera.x * devicePixelRatio, camera.y * devicePixelRatio);
    for (const { from, to, widthPx, colour } of lines) {
      context.lineWidth = widthPx;
      context.strokeStyle = colour;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
  });
}

publish({
  draw({ frame, peers, links }) {
    const map = place(frame);
    const canvas = document.createElement('canvas');
    canvas.width = frame.w * devicePixelRatio;
    canvas.height = frame.h * devicePixelRatio;
    Object.assign(canvas.style, { width: `${frame.w}px`, height: `${frame.h}px` });
    map.append(canvas);
    context = canvas.getContext('2d');
    places = new Map(peers.map((peer) => [peer.id, peer]));
    lines = links.map((link) => ({ ...link, from: places.get(link.from), to: places.get(link.to) }));
    canvas.addEventListener('mousemove', ({ buttons, movementX, movementY }) => {
      if (buttons === 0) return;
      camera.x += movementX;
      camera.y += movementY;
      redraw();
    });
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      const factor = 1.1 ** -Math.sign(event.deltaY);
      camera.x = event.offsetX - (event.offsetX - camera.x) * factor;
      camera.y = event.offsetY - (event.offsetY - camera.y) * factor;
      camera.zoom *= factor;
      redraw();
    });
    redraw();
  },
  refresh(changed) {
    const by = new Map(changed.map((link) => [link.id, link]));
    for (const line of lines) {
      const link = by.get(line.id);
      if (link !== undefined) Object.assign(line, { widthPx: link.widthPx, colour: link.colour });
    }
    redraw();
  },
  home() {
    Object.assign(camera, { x: 0, y: 0, zoom: 1 });
    redraw();
  },
  at(id) {
    const { x, y } = places.get(id);
    return { x: x * camera.zoom + camera.x, y: y * camera.zoom + camera.y };
  },
});
