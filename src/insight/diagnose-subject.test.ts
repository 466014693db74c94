// The contract's questions about one peer, and the paths between zones, each asked of a sketch that answers it.
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { congestedPaths } from './congested-paths';
import { type Observation, observe } from './diagnose-observe';
import { diagnoseSubject } from './diagnose-subject';

const ZONES = new Map([
  ['n1', 'a'],
  ['n2', 'a'],
  ['n3', 'b'],
]);
const START = Date.UTC(2025, 0, 15, 10, 30);

function watch(polls: readonly Flow[][]): Observation[] {
  const kept: Observation[] = [];
  for (const [n, flows] of polls.entries())
    kept.push(observe({ flows, atMs: START + n * 5_000, epoch: 1, zones: ZONES }, kept.at(-1)));
  return kept;
}

const shop = (web3 = '800us..1.5ms', auth = '150us..300us'): Flow[] =>
  sketch(`
    shop/web-7d9f8b6c5-bx2k9(web)@n1 -> data/db-0(db)@n2:5432     both 9k/9k 150us..300us
    shop/web-7d9f8b6c5-cx2k9(web)@n1 -> data/db-0(db)@n2:5432     both 9k/9k 160us..300us
    shop/web-7d9f8b6c5-dx2k9(web)@n3 -> data/db-0(db)@n2:5432     both 9k/9k ${web3}
    shop/web-7d9f8b6c5-bx2k9(web)@n1 -> shop/auth-0(auth)@n2:80   both 9k/9k ${auth}
    shop/cart-0(cart)@n1 -> shop/auth-0(auth)@n2:80               both 9k/9k ${auth}
    shop/pay-0(pay)@n2 -> shop/auth-0(auth)@n2:80                 both 9k/9k ${auth}
    shop/ship-0(ship)@n1 -> shop/auth-0(auth)@n2:80               both 9k/9k ${auth}
    shop/cart-0(cart)@n1 -> data/db-0(db)@n2:5432                 both 9k/9k 150us..310us
    shop/mail-0(mail)@n3 -> shop/queue-0(queue)@n3:5672           both 9k/9k
    @n3 -> shop/mail-0(mail)@n3:80                                both 9k/9k 30us..60us
    @n3 -> shop/web-7d9f8b6c5-dx2k9(web)@n3:80                    both 9k/9k 30us..60us
    shop/tail-0(tail)@n3 -> shop/queue-0(queue)@n3:5672           both 9k/9k 30us..60us
  `);
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('one peer', () => {
  it('is not called fine in an answer that was cut short', () => {
    const cut = watch(times(4, shop())).map((one) => ({ ...one, truncated: true }));
    const report = diagnoseSubject(cut, 'svc:shop/auth');
    expect(report.verdict).toBe('too-little');
    expect(report.sentence).toMatch(
      /cut short\. Raise the limit\. Of what came 4 measured flows are well\.$/,
    );
  });

  it('X is slow: the network is fine, look at the application', () => {
    const report = diagnoseSubject(watch(times(4, shop())), 'svc:shop/auth');
    expect(report).toMatchObject({ verdict: 'fine', findings: [], failures: [] });
    expect(report.asked).toMatchObject({ flows: 4, p50Us: 150, p99Us: 300 });
    expect(report.asks).toEqual({ flows: 0 });
    expect(report.sentence).toContain('shop/auth');
  });

  it('intermittent timeouts to X: it loses SYNs, and who else is well has nothing to do with it', () => {
    const kept = watch([...times(12, shop()), ...times(4, shop(undefined, '160us..3.1s'))]);
    const report = diagnoseSubject(kept, 'svc:shop/auth');
    expect(report).toMatchObject({ verdict: 'target', findings: [{ signal: 'lost-syns', sources: 4 }] });
    expect(report.sentence).toContain('overloaded');
    expect(diagnoseSubject(kept, 'svc:shop/queue')).toMatchObject({ verdict: 'fine', findings: [] });
  });

  it('pod X is slower than its sisters: it is farther away', () => {
    const [replica, ...rest] = diagnoseSubject(
      watch(times(4, shop())),
      'pod:shop/web-7d9f8b6c5-dx2k9',
    ).replicas;
    expect(rest).toEqual([]);
    expect(replica).toMatchObject({
      server: 'svc:data/db',
      node: 'n3',
      sisters: 2,
      p50Us: 800,
      sistersP50Us: 150,
    });
    expect(replica?.sentence).toContain('farther away from it (cross zone, the others same zone)');
  });

  it('pod X is slower than its sisters, from beside them: it is the pod', () => {
    const moved = shop('60ms..90ms').map((flow) =>
      flow.client.pod === 'web-7d9f8b6c5-dx2k9' ? { ...flow, client: { ...flow.client, node: 'n1' } } : flow,
    );
    const report = diagnoseSubject(watch(times(4, moved)), 'svc:data/db');
    expect(report.replicas).toMatchObject([{ pod: 'pod:shop/web-7d9f8b6c5-dx2k9', factor: 400 }]);
    expect(report.replicas[0]?.sentence).toContain('it is the pod itself');
  });

  it('what its links across zones cost', () => {
    const { penalties } = diagnoseSubject(watch(times(4, shop())), 'svc:data/db');
    expect(penalties).toMatchObject([
      { zones: ['a', 'b'], flows: 1, p50Us: 800, extraUs: 650 },
      { zones: ['a', 'a'], flows: 3 },
    ]);
  });

  it('a peer that only keeps old connections, or none, is not known to be fine', () => {
    const kept = watch(times(4, shop()));
    expect(diagnoseSubject(kept, 'svc:shop/nobody').verdict).toBe('too-little');
    expect(diagnoseSubject([], 'svc:shop/auth').verdict).toBe('too-little');
  });

  it('a peer that is not answered has failed', () => {
    const dead = [...shop(), ...sketch('shop/cart-0(cart)@n1 -> shop/auth(auth):8443  c 60/0')];
    const kept = watch(times(4, dead));
    expect(diagnoseSubject(kept, 'pod:shop/cart-0')).toMatchObject({
      verdict: 'failed',
      failures: [{ port: 8443 }],
    });
    expect(diagnoseSubject(kept, 'svc:shop/auth').verdict).toBe('failed');
    expect(diagnoseSubject(kept, 'svc:data/db').verdict).toBe('fine');
  });
});

describe('congested paths', () => {
  const across = (time: string): Flow[] => [
    ...shop(time),
    ...sketch(`shop/job-0@n3 -> shop/auth-0(auth)@n2:80  both 1k/1k ${time}`),
  ];

  it('says which and from when to when', () => {
    const calm = across('800us..1.5ms');
    const kept = watch([...times(8, calm), ...times(3, across('900us..12ms')), ...times(5, calm)]);
    expect(congestedPaths(kept)).toMatchObject([
      {
        between: ['a', 'b'],
        of: 'zones',
        fromMs: START + 8 * 5_000,
        toMs: START + 10 * 5_000,
        polls: 3,
        usualP99Us: 1_500,
        peakP99Us: 12_000,
      },
    ]);
  });

  it('one poll is a hiccup, and a distance is no congestion', () => {
    const calm = across('24ms..28ms');
    expect(congestedPaths(watch([...times(4, calm), across('24ms..200ms'), ...times(4, calm)]))).toEqual([]);
    expect(congestedPaths([])).toEqual([]);
  });
});
