import { describe, expect, it } from 'vitest';
import type { QuestionAnswer } from './answer';
import { escapeText, toMarkdown } from './markdown';

const ANSWER: QuestionAnswer = {
  id: 5,
  question: 'What’s connecting to a|b?',
  sentence: 'Two do.',
  figures: [
    { label: 'Bytes', unit: 'bytes', value: 2048 },
    { label: 'Penalty', unit: 'us', value: null },
  ],
  columns: [
    { header: 'Client', unit: 'text', align: 'start' },
    { header: 'p99', unit: 'us', align: 'end' },
    { header: 'Share', unit: 'share', align: 'end' },
  ],
  rows: [
    { cells: ['x|<img src=x onerror=alert(1)>', 12_300, 0.25] },
    { cells: ['[click](javascript:alert(1))\n\n# Title', null, 0] },
  ],
  view: { query: {}, level: 'service' },
  unknowns: ['Zones.'],
};

describe('an answer as Markdown', () => {
  it('is a heading, figures, a table and what is not known', () => {
    expect(toMarkdown(ANSWER, 'http://host/?ns=a b')).toBe(
      [
        '**What’s connecting to a\\|b?**',
        '',
        'Two do.',
        '',
        '- Bytes: 2 KiB',
        '- Penalty: —',
        '',
        '| Client | p99 | Share |',
        '| --- | ---: | ---: |',
        '| x\\|\\<img src=x onerror=alert(1)\\> | 12.3 ms | 25 % |',
        '| \\[click\\](javascript:alert(1)) \\# Title | — | 0 % |',
        '',
        'Not known:',
        '- Zones.',
        '',
        '<http://host/?ns=a%20b>',
        '',
      ].join('\n'),
    );
  });

  it('counts rows past fifty', () => {
    const rows = Array.from({ length: 60 }, () => ({ cells: ['x', 1, 1] }));
    expect(toMarkdown({ ...ANSWER, rows })).toContain('\n10 more rows are not shown.\n');
  });

  it.each([
    ['a_b*c`d', 'a\\_b\\*c\\`d'],
    ['- a list', '\\- a list'],
    ['1. a list', '1\\. a list'],
    ['10.244.2.99', '10.244.2.99'],
    ['see https://evil.example', 'see https:\\/\\/evil.example'],
    ['www.evil.example', 'www\\.evil.example'],
    ['@everyone', '\\@everyone'],
    ['\u202Etxt.exe', 'txt.exe'],
    ['a\r\n\tb', 'a b'],
    ['back\\slash', 'back\\\\slash'],
  ])('%j reads as itself', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });
});
