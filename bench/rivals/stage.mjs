/**
 * What all rivals share: the place of the map on the page, the marks' ink, and the face that the bench drives.
 * A picture is `{ frame, peers: [{ id, x, y, size, text?, px }], links: [{ id, from, to, widthPx, colour }] }` in CSS px of
 * the frame; it is Shoal's own picture at its opening zoom.
 */

export const INK = { peer: '#151b24', rim: '#98a3b3', text: '#e6ebf2' };
export const FONT = 'system-ui, "DejaVu Sans", sans-serif';
/** Of a line's end at the server, px. */
export const ARROW = 9;

/** Puts the map where Shoal's is, and returns it. */
export function place(frame) {
  const map = document.getElementById('map');
  Object.assign(map.style, {
    left: `${frame.x}px`,
    top: `${frame.y}px`,
    width: `${frame.w}px`,
    height: `${frame.h}px`,
  });
  return map;
}

/**
 * Publishes the rival. `draw(picture)` shows it for the first time, `refresh(changed, links)` shows changed links (all of
 * them come along for engines that take nothing less), `at(id)` is where a peer stands, px of the frame; `home()`
 * brings the camera back to where it began. None may return an engine.
 */
export function publish({ draw, refresh, at, home }) {
  window.bench = {
    draw: (picture) => {
      draw(picture);
    },
    refresh: (changed, links) => {
      refresh(changed, links);
    },
    at,
    home: () => {
      home();
    },
  };
}
