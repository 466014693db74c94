/**
 * Paper that becomes a vector file: what is painted on it is written down as SVG, in the file's own px. Knows the few
 * calls that our painters make (every scale is the same both ways); refuses to know what they paint.
 */
import type { MeasureText } from '../graph/layout/labels';
import type { Paper } from '../paint/paint-links';

export interface SvgPaper {
  paper: Paper;
  /** What was painted so far, as elements without the file around them. */
  elements(): string;
}

interface State {
  scale: number;
  x: number;
  y: number;
}

/** `measure` is the one the layout was made with. Font families are left to the file's root. */
export function createSvgPaper(measure: MeasureText): SvgPaper {
  const out: string[] = [];
  let state: State = { scale: 1, x: 0, y: 0 };
  const saved: (State & Pick<Paper, 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'lineCap'>)[] = [];
  let path = '';
  let dash: readonly number[] = [];
  /** A halo waits for the letters that it belongs to. */
  let halo: { text: string; x: number; y: number; style: string } | undefined;
  const at = (x: number, y: number): string =>
    `${px(x * state.scale + state.x)} ${px(y * state.scale + state.y)}`;
  const size = (value: number): string => px(value * state.scale);
  const opacity = (name: string): string =>
    paper.globalAlpha === 1 ? '' : ` ${name}="${px(paper.globalAlpha)}"`;
  const strokeStyle = (): string =>
    ` stroke="${String(paper.strokeStyle)}" stroke-width="${size(paper.lineWidth)}"${opacity('stroke-opacity')}`;
  const fontPx = (): number => Number(/([\d.]+)px/.exec(paper.font)?.[1] ?? 0);
  const put = (element: string): void => {
    out.push(element);
  };
  const ellipse = (x: number, y: number, rx: number, ry: number): void => {
    // Two halves: an arc that ends where it began is none.
    const [w, h] = [size(rx), size(ry)];
    path += `M${at(x - rx, y)}A${w} ${h} 0 1 1 ${at(x + rx, y)}A${w} ${h} 0 1 1 ${at(x - rx, y)}Z`;
  };
  const box = (x: number, y: number, w: number, h: number): string =>
    `x="${px(x * state.scale + state.x)}" y="${px(y * state.scale + state.y)}" width="${size(w)}" height="${size(h)}"`;
  const paper: Paper = {
    fillStyle: '#000',
    strokeStyle: '#000',
    globalAlpha: 1,
    lineWidth: 1,
    lineCap: 'butt',
    lineJoin: 'miter',
    font: '10px sans-serif',
    textAlign: 'left',
    textBaseline: 'alphabetic',
    setTransform(a, _b, _c, _d, e, f) {
      state = { scale: a, x: e, y: f };
    },
    translate(x, y) {
      state = { ...state, x: state.x + x * state.scale, y: state.y + y * state.scale };
    },
    scale(x) {
      state = { ...state, scale: state.scale * x };
    },
    save() {
      const { fillStyle, strokeStyle: stroke, lineWidth, lineCap } = paper;
      saved.push({ ...state, fillStyle, strokeStyle: stroke, lineWidth, lineCap });
    },
    restore() {
      const before = saved.pop();
      if (before === undefined) return;
      const { scale, x, y, ...styles } = before;
      state = { scale, x, y };
      Object.assign(paper, styles);
    },
    beginPath() {
      path = '';
    },
    closePath() {
      path += 'Z';
    },
    moveTo(x, y) {
      path += `M${at(x, y)}`;
    },
    lineTo(x, y) {
      path += `L${at(x, y)}`;
    },
    bezierCurveTo(ax, ay, bx, by, x, y) {
      path += `C${at(ax, ay)} ${at(bx, by)} ${at(x, y)}`;
    },
    arc(x, y, radius) {
      ellipse(x, y, radius, radius);
    },
    ellipse(x, y, rx, ry) {
      ellipse(x, y, rx, ry);
    },
    rect(x, y, w, h) {
      path += `M${at(x, y)}L${at(x + w, y)}L${at(x + w, y + h)}L${at(x, y + h)}Z`;
    },
    roundRect(x, y, w, h, radius) {
      const r = Math.min(radius, w / 2, h / 2);
      const bend = (toX: number, toY: number): string => `A${size(r)} ${size(r)} 0 0 1 ${at(toX, toY)}`;
      path += `M${at(x + r, y)}L${at(x + w - r, y)}${bend(x + w, y + r)}L${at(x + w, y + h - r)}${bend(x + w - r, y + h)}L${at(x + r, y + h)}${bend(x, y + h - r)}L${at(x, y + r)}${bend(x + r, y)}Z`;
    },
    fill: (rule) =>
      put(
        `<path d="${path}" fill="${String(paper.fillStyle)}"${opacity('fill-opacity')}${rule === 'evenodd' ? ' fill-rule="evenodd"' : ''}/>`,
      ),
    stroke() {
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.map(size).join(' ')}"`;
      const cap = paper.lineCap === 'butt' ? '' : ` stroke-linecap="${paper.lineCap}"`;
      put(`<path d="${path}" fill="none"${strokeStyle()}${dashes}${cap}/>`);
    },
    fillRect: (x, y, w, h) => put(`<rect ${box(x, y, w, h)} fill="${String(paper.fillStyle)}"/>`),
    // Nothing lies under a file.
    clearRect: () => undefined,
    setLineDash(parts) {
      dash = [...parts];
    },
    measureText: (text) => ({ width: measure(text, fontPx()) }),
    strokeText(text, x, y) {
      halo = { text, x, y, style: `${strokeStyle()} stroke-linejoin="round" paint-order="stroke"` };
    },
    fillText(text, x, y) {
      const around = halo?.text === text && halo.x === x && halo.y === y ? halo.style : '';
      halo = undefined;
      const anchor = paper.textAlign === 'center' ? ' text-anchor="middle"' : '';
      const weight = paper.font.startsWith('bold') ? ' font-weight="bold"' : '';
      // Not every reader of SVG knows other baselines than the letters' own.
      const foot = y + fontPx() * (BASELINES[paper.textBaseline] ?? 0);
      const place = `x="${px(x * state.scale + state.x)}" y="${px(foot * state.scale + state.y)}"`;
      put(
        `<text ${place} font-size="${size(fontPx())}"${weight}${anchor} fill="${String(paper.fillStyle)}"${around}>${escapeXml(text)}</text>`,
      );
    },
  };
  return { paper, elements: () => out.join('\n') };
}

/** How far the letters' foot lies below each baseline, in font sizes. */
const BASELINES: Partial<Record<CanvasTextBaseline, number>> = { middle: 0.35, bottom: -0.22 };

/** A tenth of a pixel is finer than any screen; fewer digits halve the file. */
const px = (value: number): string => String(Math.round(value * 100) / 100);

/** Text that XML takes as text; what XML cannot hold at all becomes a space. */
export const escapeXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, ' ')
    .replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
