import { describe, expect, it } from 'vitest';
import { createSvgPaper, escapeXml } from './svg-paper';

const measure = (text: string, fontPx: number): number => text.length * fontPx;

describe('paper that becomes SVG', () => {
  it('writes down lines in the file’s own px, whatever the scale', () => {
    const { paper, elements } = createSvgPaper(measure);
    paper.setTransform(2, 0, 0, 2, 10, 20);
    paper.strokeStyle = '#123456';
    paper.lineWidth = 3;
    paper.setLineDash([4, 1]);
    paper.globalAlpha = 0.5;
    paper.beginPath();
    paper.moveTo(1, 2);
    paper.lineTo(3, 4);
    paper.stroke();
    expect(elements()).toBe(
      '<path d="M12 24L16 28" fill="none" stroke="#123456" stroke-width="6" stroke-opacity="0.5" stroke-dasharray="8 2"/>',
    );
  });

  it('goes back to what was saved, as a canvas does', () => {
    const { paper, elements } = createSvgPaper(measure);
    paper.setTransform(1, 0, 0, 1, 0, 0);
    paper.fillStyle = '#111111';
    paper.save();
    paper.translate(100, 50);
    paper.scale(10, 10);
    paper.fillStyle = '#222222';
    paper.beginPath();
    paper.rect(0, 0, 1, 1);
    paper.fill();
    paper.restore();
    paper.fillRect(1, 2, 3, 4);
    expect(elements().split('\n')).toEqual([
      '<path d="M100 50L110 50L110 60L100 60Z" fill="#222222"/>',
      '<rect x="1" y="2" width="3" height="4" fill="#111111"/>',
    ]);
  });

  it('writes a name once, with its halo below it', () => {
    const { paper, elements } = createSvgPaper(measure);
    paper.font = 'bold 10px sans-serif';
    paper.textAlign = 'center';
    paper.textBaseline = 'middle';
    paper.strokeText('a<b', 5, 5);
    paper.fillText('a<b', 5, 5);
    expect(elements().match(/<text/g)).toHaveLength(1);
    expect(elements()).toContain('paint-order="stroke"');
    expect(elements()).toContain('text-anchor="middle"');
    expect(elements()).toContain('font-weight="bold"');
    expect(elements()).toContain('>a&#60;b</text>');
  });

  it('closes a circle that is drawn as two halves', () => {
    const { paper, elements } = createSvgPaper(measure);
    paper.beginPath();
    paper.arc(10, 10, 5, 0, Math.PI * 2);
    paper.fill();
    expect(elements()).toContain('M5 10A5 5 0 1 1 15 10A5 5 0 1 1 5 10Z');
  });

  it('leaves nothing in a name that is markup, or that XML cannot hold', () => {
    expect(escapeXml('<img src="x"> & \u0000\u001b]\ud800 é🐟')).toBe(
      '&#60;img src=&#34;x&#34;&#62; &#38;   ]  é🐟',
    );
  });
});
