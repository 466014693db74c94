import { describe, expect, test } from 'vitest';
import { lines } from './captured';

const A = '10.0.0.1:40000';
const B = '10.0.0.2:80';

/** A capture at A: its packets have a fresh hop limit, those of B have come a way. Counts only: 40 bytes a packet. */
const atA = (text: string) =>
  lines([text.replaceAll(' -> ', ` ${A} > ${B} `).replaceAll(/ <- (.*)/g, ` ${B} > ${A} $1 ttl=60`)]);
/** The same packets as B sees them. */
const atB = (text: string) =>
  lines([text.replaceAll(/ -> (.*)/g, ` ${A} > ${B} $1 ttl=60`).replaceAll(' <- ', ` ${B} > ${A} `)]);

describe('a handshake is timed', () => {
  const plain = '0 -> S 100\n0.001 <- SA 500 101\n0.0012 -> A 101 501';

  test('at the client from SYN to SYN-ACK', async () => {
    expect(await atA(plain)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40 p50=1000']);
  });

  test('at the server from SYN to ACK', async () => {
    expect(await atB(plain)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 1/2 40/80 p50=1200']);
  });

  test('with lost SYNs in it, from the first one', async () => {
    const lost = '0 -> S 100\n1 -> S 100\n3 -> S 100\n3.001 <- SA 500 101\n3.0011 -> A 101 501';
    expect(await atA(lost)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 4/1 160/40 p50=3001000']);
    expect(await atB(lost)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 1/4 40/160 p50=3001100']);
  });

  test('with lost SYN-ACKs in it, up to the first one that came', async () => {
    const again = '0 -> S 100\n0.001 <- SA 500 101\n1.001 <- SA 500 101\n1.002 -> A 101 501';
    expect(await atA(again)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/2 80/80 p50=1000']);
    expect(await atB(again)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 2/2 80/80 p50=1002000']);
  });

  test('where numbers come round', async () => {
    const round = '0 -> S 4294967295\n0.001 <- SA 4294967295 0\n0.002 -> A 0 0';
    expect(await atA(round)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40 p50=1000']);
    expect(await atB(round)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 1/2 40/80 p50=2000']);
  });

  test('where the SYN carries data', async () => {
    const early = '0 -> S 100 0 20\n0.001 <- SA 500 121\n0.002 -> A 121 501';
    expect(await atA(early)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 100/40 p50=1000']);
    expect(await atB(early)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 1/2 40/100 p50=2000']);
  });

  test('where both ask at once: who asked first is the client', async () => {
    const both = '0 -> S 100\n0.001 <- S 500\n0.0011 -> SA 100 501\n0.002 <- SA 500 101';
    expect(await atA(both)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/2 80/80 p50=2000']);
    expect(await atB(both)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 2/2 80/80 p50=1100']);
  });

  test('by time where packets were captured out of order', async () => {
    const swapped = '0.001 <- SA 500 101\n0 -> S 100\n0.002 -> A 101 501';
    expect(await atA(swapped)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40 p50=1000']);
    const late = '0.002 -> A 101 501\n0 -> S 100\n0.001 <- SA 500 101';
    expect(await atA(late)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40 p50=1000']);
  });

  test('and not at all where time runs backwards', async () => {
    expect(await atA('0.001 -> S 100\n0 <- SA 500 101\n0.002 -> A 101 501')).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40',
    ]);
  });

  test('at the server even where its own answers were not captured, and at the client not', async () => {
    const half = '0 -> S 100\n0.002 -> A 101 501\n0.003 -> A 101 501 10';
    expect(await atB(half)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 0/3 0/130 p50=2000']);
    expect(await atA(half)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 3/0 130/0']);
  });

  test('at neither end where only the answers were captured', async () => {
    const answers = '0 <- SA 500 101\n0.1 <- A 501 120 10';
    expect(await atA(answers)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 0/2 0/90']);
    expect(await atB(answers)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 server 2/0 90/0']);
  });
});

describe('a handshake that failed has no time', () => {
  test('refused', async () => {
    expect(await atA('0 -> S 100\n0.001 <- RA 0 101')).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 1/1 40/40',
    ]);
  });

  test('not answered', async () => {
    expect(await atA('0 -> S 100\n1 -> S 100\n3 -> S 100')).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 3/0 120/0',
    ]);
  });

  test('answered, and then dropped by the client, as scanners do', async () => {
    expect(await atA('0 -> S 100\n0.001 <- SA 500 101\n0.002 -> R 101')).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40',
    ]);
  });

  test('but one that was reset after it was open has', async () => {
    expect(await atA('0 -> S 100\n0.001 <- SA 500 101\n0.002 -> A 101 501\n0.003 <- R 501')).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 2/2 80/80 p50=1000',
    ]);
  });

  test('and a refused one that was asked again and answered', async () => {
    const persistent = '0 -> S 100\n0.001 <- RA 0 101\n0.5 -> S 100\n0.501 <- SA 500 101\n0.502 -> A 101 501';
    expect(await atA(persistent)).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 3/2 120/80 p50=501000']);
  });

  test('an answer to something else is none', async () => {
    expect(await atA('0 -> S 100\n0.001 <- SA 500 999999\n0.002 <- SA 700 101\n0.003 -> A 101 701')).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 2/2 80/80 p50=2000',
    ]);
  });
});

describe('ports used again begin another connection', () => {
  const one = '0 -> S 100\n0.001 <- SA 500 101\n0.0011 -> A 101 501';
  const two = '2 -> S 900\n2.003 <- SA 800 901\n2.0031 -> A 901 801';

  test.each([
    ['after both said goodbye', '1 -> FA 101 501\n1.1 <- FA 501 102\n1.11 -> A 102 502'],
    ['after a reset', '1 -> R 101\n1.1 <- A 501 101\n1.2 <- A 501 101'],
    ['without a word', '1 -> A 101 501\n1.1 <- A 501 101\n1.2 -> A 101 501'],
  ])('%s', async (_, end) => {
    // Two handshakes of 1 and 3 ms: the median lies between them.
    const [line, ...others] = await atA([one, end, two].join('\n'));
    expect(others).toEqual([]);
    expect(line).toMatch(/p50=2000$/);
  });

  test('whose SYN was not captured', async () => {
    const [line] = await atA(`${one}\n1 -> FA 101 501\n1.1 <- FA 501 102\n2 <- SA 800 901\n2.1 -> A 901 801`);
    expect(line).toBe('tcp 10.0.0.1 > 10.0.0.2:80 client 4/3 160/120 p50=1000');
  });

  test('in the other direction', async () => {
    const back = '2 <- S 900\n2.003 -> SA 800 901\n2.0031 <- A 901 801';
    expect(await atA(`${one}\n1 -> R 101\n${back}`)).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 3/1 120/40 p50=1000',
      'tcp 10.0.0.2 > 10.0.0.1:40000 server 1/2 40/80 p50=3100',
    ]);
  });

  test('but not where the same question is only sent again', async () => {
    expect(await atA(`${one}\n1 -> S 100\n1.1 <- SA 500 101`)).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 3/2 120/80 p50=1000',
    ]);
  });
});

describe('without a handshake the client is', () => {
  test.each([
    [
      'who asked, when only the answer was seen',
      '0 10.0.0.1:50000 > 10.0.0.2:40000 SA 5 9',
      '10.0.0.2 > 10.0.0.1:50000',
    ],
    ['whose port is ephemeral', '0 10.0.0.1:80 > 10.0.0.2:40000 A 5 9', '10.0.0.2 > 10.0.0.1:80'],
    [
      'the higher port of two that are not',
      '0 10.0.0.1:443 > 10.0.0.2:9000 A 5 9',
      '10.0.0.2 > 10.0.0.1:443',
    ],
    [
      'the higher port of two that are',
      '0 10.0.0.1:40000 > 10.0.0.2:50000 A 5 9',
      '10.0.0.2 > 10.0.0.1:40000',
    ],
    ['the first to speak in UDP', '0 10.0.0.1:9000 > 10.0.0.2:443 udp 9', '10.0.0.1 > 10.0.0.2:443'],
    ['but not from a well-known port', '0 10.0.0.1:53 > 10.0.0.2:40000 udp 9', '10.0.0.2 > 10.0.0.1:53'],
    ['nor against an equal one', '0 10.0.0.1:123 > 10.0.0.2:123 udp 9', '10.0.0.1 > 10.0.0.2:123'],
  ])('%s', async (_, line, ends) => {
    const [flow] = await lines([line]);
    expect(flow).toContain(` ${ends} `);
  });

  test('who does not listen, as another connection showed', async () => {
    const shown = '0 10.0.0.3:41000 > 10.0.0.2:50000 S 1\n0.1 10.0.0.2:50000 > 10.0.0.3:41000 SA 1 2';
    const [first] = await lines([`0 10.0.0.1:40000 > 10.0.0.2:50000 A 5 9\n${shown}`]);
    expect(first).toContain('10.0.0.1 > 10.0.0.2:50000');
  });

  test('a port that refused does not listen', async () => {
    const refused = '0 10.0.0.3:41000 > 10.0.0.2:50000 S 1\n0.1 10.0.0.2:50000 > 10.0.0.3:41000 RA 0 2';
    const [first] = await lines([`0 10.0.0.1:40000 > 10.0.0.2:50000 A 5 9\n${refused}`]);
    expect(first).toContain('10.0.0.2 > 10.0.0.1:40000');
  });
});

test('UDP that was silent for half a minute begins anew, and may begin the other way round', async () => {
  const talk = (gap: number) =>
    `0 10.0.0.1:7000 > 10.0.0.2:7000 udp 9\n${gap} 10.0.0.2:7000 > 10.0.0.1:7000 udp 9`;
  expect(await lines([talk(30)])).toEqual(['udp 10.0.0.1 > 10.0.0.2:7000 client 1/1 37/37']);
  expect(await lines([talk(30.001)])).toEqual([
    'udp 10.0.0.1 > 10.0.0.2:7000 client 1/0 37/0',
    'udp 10.0.0.2 > 10.0.0.1:7000 server 0/1 0/37',
  ]);
});

test('a scan is one flow for each port and host, without times', async () => {
  const probes = Array.from({ length: 500 }, (_, i) => {
    const target = `10.0.${1 + (i >> 7)}.${i & 127}:${1 + (i % 50)}`;
    return `${i / 1000} 10.0.0.1:40000 > ${target} S ${i}\n${i / 1000 + 0.0004} ${target} > 10.0.0.1:40000 RA 0 ${i + 1}`;
  });
  const flows = await lines([probes.join('\n')]);
  expect(flows).toHaveLength(500);
  expect(flows.every((line) => line.endsWith(' client 1/1 40/40'))).toBe(true);
});
