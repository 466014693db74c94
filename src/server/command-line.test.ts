import { describe, expect, test } from 'vitest';
import { HELP, type Options, readCommandLine } from './command-line';

const read = (text: string) => readCommandLine(text === '' ? [] : text.split(' '));
const DEFAULTS: Options = {
  source: { kind: 'simulated' },
  inventory: [],
  sensitive: [],
  host: '127.0.0.1',
  port: 4180,
  basePath: '/',
  frameAncestors: "'self'",
  embedOrigins: [],
  allowHosts: [],
};

describe('what can be said', () => {
  const cases: [string, Partial<Options>][] = [
    ['', {}],
    ['--simulate', {}],
    ['--simulate=new-link', { source: { kind: 'simulated', scenario: 'new-link' } }],
    ['--simulate --seed 7 --services 400', { source: { kind: 'simulated', seed: 7, services: 400 } }],
    ['--seed=0', { source: { kind: 'simulated', seed: 0 } }],
    ['--recording lab', { source: { kind: 'recording', file: 'lab', speed: 1 } }],
    ['--recording a/b.jsonl.gz --speed 0', { source: { kind: 'recording', file: 'a/b.jsonl.gz', speed: 0 } }],
    ['--speed=2.5 --recording=x.json', { source: { kind: 'recording', file: 'x.json', speed: 2.5 } }],
    ['--pcap a.pcap', { source: { kind: 'pcap', files: ['a.pcap'], join: true, speed: 0 } }],
    [
      '--pcap a.pcap b.pcap.gz --no-join --window 120 --speed 10 --pcap c.pcapng',
      {
        source: {
          kind: 'pcap',
          files: ['a.pcap', 'b.pcap.gz', 'c.pcapng'],
          join: false,
          windowS: 120,
          speed: 10,
        },
      },
    ],
    [
      '--pcap a.pcap b.pcap --inventory i.json j.json',
      {
        source: { kind: 'pcap', files: ['a.pcap', 'b.pcap'], join: true, speed: 0 },
        inventory: ['i.json', 'j.json'],
      },
    ],
    [
      '--hub http://localhost:8898',
      { source: { kind: 'hub', url: new URL('http://localhost:8898/'), maxAnswerBytes: 256 * 2 ** 20 } },
    ],
    [
      '--hub localhost:8898 --max-answer 64MiB',
      { source: { kind: 'hub', url: new URL('http://localhost:8898/'), maxAnswerBytes: 64 * 2 ** 20 } },
    ],
    ['--inventory a.json b.json --port 0', { inventory: ['a.json', 'b.json'], port: 0 }],
    ['--inventory a.json --inventory=b.json c.json', { inventory: ['a.json', 'b.json', 'c.json'] }],
    ['--host 0.0.0.0 --port 80 --port 8080', { host: '0.0.0.0', port: 8080 }],
    ['--base-path /a/shoal/', { basePath: '/a/shoal' }],
    ['--base-path shoal', { basePath: '/shoal' }],
    ['--base-path /', { basePath: '/' }],
    ['--frame-ancestors *', { frameAncestors: '*' }],
    [
      '--embed-origin https://A.example:443/l4/ --embed-origin http://b.example:8080 --embed-origin https://a.example',
      {
        embedOrigins: ['https://a.example', 'http://b.example:8080'],
        frameAncestors: "'self' https://a.example http://b.example:8080",
      },
    ],
    [
      "--embed-origin https://a.example --frame-ancestors 'none'",
      { embedOrigins: ['https://a.example'], frameAncestors: "'none'" },
    ],
    ['--public-url https://map.example/shoal', { publicUrl: 'https://map.example/shoal/' }],
    ['--allow-host a.example --allow-host b.example', { allowHosts: ['a.example', 'b.example'] }],
    ['--record out.jsonl', { record: 'out.jsonl' }],
    ['--baseline a.json --baseline b.json', { baseline: 'b.json' }],
    ['--sensitive *vault*,pay --sensitive kube-system', { sensitive: ['*vault*', 'pay', 'kube-system'] }],
  ];
  test.each(cases)('%s', (text, options) => {
    expect(read(text)).toEqual({ kind: 'run', options: { ...DEFAULTS, ...options } });
  });

  test('sources of CSP parted by spaces', () => {
    const line = readCommandLine(['--frame-ancestors', "'self' https://a.example:*"]);
    expect(line).toMatchObject({ options: { frameAncestors: "'self' https://a.example:*" } });
  });

  test.each([
    ['1', 1],
    ['64MiB', 64 * 2 ** 20],
    ['0.25gib', 2 ** 28],
    ['10MB', 1e7],
    ['500kb', 5e5],
    ['2 KiB', 2048],
  ])('--max-answer %s', (size, bytes) => {
    const line = readCommandLine(['--hub', 'http://h', '--max-answer', size]);
    expect(line).toMatchObject({ options: { source: { maxAnswerBytes: bytes } } });
  });

  test('help and version, whatever else is said', () => {
    expect(read('--help --port 80')).toEqual({ kind: 'help' });
    expect(read('-h')).toEqual({ kind: 'help' });
    expect(read('--version')).toEqual({ kind: 'version' });
  });
});

describe('what cannot', () => {
  test.each([
    ['--bogus', /no option --bogus/],
    ['-x', /no option -x/],
    ['--no-simulate', /no option --no-simulate/],
    ['--constructor', /no option --constructor/],
    ['extra', /no argument "extra"/],
    ['--simulate new-link', /Did you mean --simulate=new-link\?/],
    ['--simulate=nonsense', /no scenario "nonsense"; there are shop, /],
    ['--services 5', /--services must be a whole number from 10 to 2000, not "5"/],
    ['--services 2001', /--services/],
    ['--seed -1', /--seed/],
    ['--seed x', /--seed must be a whole number/],
    ['--recording', /--recording needs a value/],
    ['--recording --speed 0', /--recording needs a value before --speed/],
    ['--recording lab --speed fast', /--speed must be a number/],
    ['--recording lab --speed=-1', /--speed must be a number/],
    ['--speed 2', /--speed goes with --recording or --pcap only/],
    ['--pcap', /--pcap needs a value/],
    ['--pcap --no-join', /--pcap needs a value before --no-join/],
    ['--pcap a.pcap --no-join b.pcap', /no argument "b.pcap"/],
    ['--pcap a.pcap --window 0', /--window must be a whole number from 1 to 86400, not "0"/],
    ['--pcap a.pcap --window 2m', /--window must be a whole number/],
    ['--pcap a.pcap --speed x', /--speed must be a number/],
    ['--pcap a.pcap --recording lab', /choose between --recording and --pcap/],
    ['--no-join', /--no-join goes with --pcap only/],
    ['--recording lab --window 5', /--window goes with --pcap only/],
    ['--pcap a.pcap --no-join=yes', /--no-join takes no value/],
    ['--hub http://h --seed 1', /--seed goes with --simulate only/],
    ['--max-answer 1MiB', /--max-answer goes with --hub only/],
    ['--simulate --hub http://h', /choose between --simulate and --hub/],
    ['--recording lab --hub http://h', /choose between --recording and --hub/],
    ['--hub nonsense', /--hub needs a URL/],
    ['--hub http://user:secret@h', /--hub takes no credentials/],
    ['--hub http://h --max-answer 1TiB', /--max-answer must be a size/],
    ['--hub http://h --max-answer 1GiB', /up to 480MiB/],
    ['--hub http://h --max-answer 0', /--max-answer/],
    ['--port 65536', /--port must be a whole number from 0 to 65535/],
    ['--port', /--port needs a value/],
    ['--host=', /--host needs a value/],
    ['--base-path /../x', /--base-path/],
    ['--base-path //evil.example', /--base-path/],
    ['--base-path /a?b', /--base-path/],
    ["--frame-ancestors 'self';script-src", /--frame-ancestors/],
    ['--frame-ancestors a,b', /--frame-ancestors/],
    ['--embed-origin kubeshark.example', /--embed-origin must be a http or https URL/],
    ['--embed-origin *', /--embed-origin/],
    ['--embed-origin null', /--embed-origin/],
    ['--embed-origin https://*.example', /--embed-origin/],
    ['--embed-origin https://u:secret@a.example', /--embed-origin/],
    ['--public-url map.example', /--public-url/],
    ['--public-url https://u:p@map.example', /--public-url/],
    ['--record out.jsonl.gz', /--record writes plain \.jsonl/],
    ['--baseline --port 80', /--baseline needs a value before --port/],
    ['--sensitive', /--sensitive needs a value/],
    ['--sensitive a b', /no argument "b"/],
    ['--sensitive ok --sensitive ,,', /--sensitive must name namespaces, such as \*vault\*, not ",,"/],
    ['--help=yes', /--help takes no value/],
  ])('%s', (text, sentence) => {
    const line = read(text);
    expect(line.kind).toBe('mistake');
    const message = line.kind === 'mistake' ? line.message : '';
    expect(message).toMatch(sentence);
    expect(message).toMatch(/--help/);
    expect(message).not.toContain('secret');
  });
});

test('help names every option, and fits a terminal', () => {
  const names = [
    'simulate',
    'seed',
    'services',
    'recording',
    'speed',
    'pcap',
    'no-join',
    'window',
    'hub',
    'max-answer',
    'inventory',
    'record',
    'baseline',
    'sensitive',
  ];
  names.push('host', 'port', 'base-path', 'public-url', 'allow-host', 'frame-ancestors', 'embed-origin');
  names.push('help', 'version');
  for (const name of names) expect(HELP).toContain(`--${name}`);
  expect(Math.max(...HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(104);
});
