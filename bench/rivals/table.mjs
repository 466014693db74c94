/** What one writes first for a matrix: a table with an element a cell, its headings stuck to the sides by the browser. */
import { FONT, INK, place } from './stage.mjs';

window.bench = {
  draw({ frame, cell, heads, peers, links }) {
    const map = place(frame);
    map.id = 'scroller';
    map.style.overflow = 'auto';
    const style = document.createElement('style');
    style.textContent = `
      table { border-spacing: 0; table-layout: fixed; width: ${heads.w + cell * peers.length}px; font: 11px ${FONT}; color: ${INK.text}; }
      th, td { padding: 0; height: ${cell}px; overflow: hidden; white-space: nowrap; box-shadow: inset 1px 1px #1c2430; font-weight: 400; }
      thead th { position: sticky; top: 0; z-index: 1; width: ${cell}px; height: ${heads.h}px; background: ${INK.peer}; }
      thead th:first-child { left: 0; z-index: 2; width: ${heads.w}px; }
      thead span { writing-mode: vertical-rl; transform: rotate(180deg); }
      tbody th { position: sticky; left: 0; background: ${INK.peer}; text-align: right; }
      i { display: block; margin: auto; }`;
    document.head.append(style);
    const filled = new Map(links.map((link) => [link.row * peers.length + link.column, link]));
    const cellOf = (at) => {
      const link = filled.get(at);
      if (link === undefined) return '<td></td>';
      return `<td><i style="width:${link.side}px;height:${link.side}px;background:${link.colour}"></i></td>`;
    };
    const names = peers.map((name) => `<th><span>${name}</span></th>`).join('');
    const rows = peers.map(
      (name, row) =>
        `<tr><th>${name}</th>${peers.map((_, column) => cellOf(row * peers.length + column)).join('')}</tr>`,
    );
    map.innerHTML = `<table><thead><tr><th></th>${names}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  },
};
