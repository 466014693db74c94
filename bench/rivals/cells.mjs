/** The floor under a matrix: a canvas behind a scroller that fills the marks in sight, without lines, names or boxes. */
import { place } from './stage.mjs';

window.bench = {
  draw({ frame, cell, heads, peers, links }) {
    const map = place(frame);
    const canvas = document.createElement('canvas');
    canvas.width = frame.w;
    canvas.height = frame.h;
    canvas.style.position = 'absolute';
    const scroller = document.createElement('div');
    scroller.id = 'scroller';
    Object.assign(scroller.style, { position: 'absolute', inset: '0', overflow: 'auto' });
    const whole = document.createElement('div');
    whole.style.width = `${heads.w + cell * peers.length}px`;
    whole.style.height = `${heads.h + cell * peers.length}px`;
    scroller.append(whole);
    map.append(canvas, scroller);
    const paper = canvas.getContext('2d', { alpha: false });
    const rows = peers.map((_, row) => links.filter((link) => link.row === row));
    let waiting = false;
    const paint = () => {
      waiting = false;
      paper.fillStyle = '#0d1117';
      paper.fillRect(0, 0, frame.w, frame.h);
      const { scrollLeft, scrollTop } = scroller;
      const first = Math.floor(scrollTop / cell);
      for (const links of rows.slice(first, first + Math.ceil(frame.h / cell) + 1)) {
        for (const { row, column, side, colour } of links) {
          const x = heads.w + column * cell - scrollLeft;
          if (x < 0 || x > frame.w) continue;
          paper.fillStyle = colour;
          paper.fillRect(x, heads.h + row * cell - scrollTop, side, side);
        }
      }
    };
    scroller.addEventListener('scroll', () => {
      if (!waiting) requestAnimationFrame(paint);
      waiting = true;
    });
    paint();
  },
};
