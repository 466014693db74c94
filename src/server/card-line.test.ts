import { describe, expect, it } from 'vitest';
import { type CardWanted, readCardLine } from './card-line';

const read = (text: string) => readCardLine(text.split(' ').filter((arg) => arg !== ''));
const wanted = (text: string): CardWanted => {
  const line = read(text);
  if (line.kind !== 'card') throw new Error(JSON.stringify(line));
  return line.wanted;
};

describe('shoal card', () => {
  it('takes the source as the program does, and the view as the page does', () => {
    const { options, view, as, output } = wanted(
      '--hub localhost:8898 --query ns=shop&aggregate=service&problems=1 -o map.png',
    );
    expect(options.source).toMatchObject({ kind: 'hub' });
    expect(view).toMatchObject({ query: { ns: 'shop', aggregate: 'service' }, problems: true });
    expect([as, output]).toEqual(['png', 'map.png']);
    expect(wanted('--json --query ?ns=shop').view.query).toEqual({ ns: 'shop' });
    expect(wanted('--json --query=https://map.example/x?ns=a&level=pod#y').view).toMatchObject({
      query: { ns: 'a' },
      level: 'pod',
    });
  });

  it.each([
    ['--json', 'json'],
    ['--markdown -o out.png', 'markdown'],
    ['-o a.SVG', 'svg'],
    ['--output=b.png', 'png'],
  ])('%s is %s', (text, as) => {
    expect(wanted(text).as).toBe(as);
  });

  it('takes theme, size and redaction', () => {
    expect(wanted('-o a.png')).toMatchObject({ theme: 'light', redact: false });
    expect(wanted('-o a.png --theme dark --size 8000 --redact')).toMatchObject({
      theme: 'dark',
      widthPx: 8000,
      redact: true,
    });
    expect(wanted('-o a.png --query theme=dark').theme).toBe('dark');
  });

  it.each([
    ['', 'Say what to make'],
    ['-o map.gif', 'must end in .png or .svg'],
    ['-o', '-o needs a value'],
    ['--json --markdown', 'Choose between'],
    ['--json=1', 'takes no value'],
    ['--json --theme blue', 'light or dark'],
    ['--json --size big', 'a number of px'],
    ['--json --query limit=x', 'limit must be'],
    ['--json --query format=raw', 'no map can be made'],
    ['--json --hub ftp://x', 'http or https'],
    ['--json --nonsense', 'no option --nonsense'],
  ])('%s is a mistake that is explained', (text, sentence) => {
    expect(read(text)).toEqual({ kind: 'mistake', message: expect.stringContaining(sentence) });
  });

  it('helps', () => {
    expect(read('--help')).toEqual({ kind: 'help' });
    expect(read('--json -h')).toEqual({ kind: 'help' });
    expect(read('--version')).toEqual({ kind: 'version' });
  });
});
