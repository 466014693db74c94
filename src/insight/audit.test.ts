import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { auditFlows } from './audit';
import { anyGlob, globMatcher, readPatterns, SENSITIVE_DEFAULT } from './audit-patterns';

describe('patterns', () => {
  it.each([
    ['*secret*', 'my-Secrets-eu', true],
    ['*secret*', 'sacred', false],
    ['kube-system', 'kube-system', true],
    ['kube-system', 'kube-system-2', false],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['*', '', true],
    ['**', 'anything', true],
    ['pay.ent', 'payment', false],
    ['', 'x', false],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(globMatcher(pattern)(name)).toBe(expected);
  });

  it('a hostile pattern costs no more than its length', () => {
    const started = performance.now();
    expect(globMatcher(`${'*a'.repeat(200)}b`)('a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('the usual ones, and what a reader types', () => {
    const isSensitive = anyGlob(SENSITIVE_DEFAULT);
    expect(['vault', 'eu-payments', 'app-secrets', 'kube-system', 'shop'].filter(isSensitive)).toHaveLength(
      4,
    );
    expect(readPatterns(' a*, b  c,')).toEqual(['a*', 'b', 'c']);
  });
});

const FLOWS = sketch(`
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:80          both 1k/2k 1ms
  shop/web-1(web)@n1 -> vault/vault-0(vault)@n2:8200     both 3k/4k 2ms..120ms
  shop/web-2(web)@n2 -> vault/vault-0(vault)@n2:8201     both 1k/1k 1ms
  @n9#10.0.0.9 -> vault/vault-0(vault)@n2:8200           both 5k/5k 1ms
  vault/vault-0(vault)@n2 -> vault/raft-0(raft)@n2:8300  both 9k/9k 1ms
  shop/web-1(web)@n1 -> 203.0.113.9:443                  c 5k/6k 30ms
  shop/web-2(web)@n2 -> 203.0.113.9:443                  c 1k/1k 40ms
  shop/web-1(web)@n1 -> [2001:db8::9]:443                c 1k/1k 30ms
  shop/web-1(web)@n1 -> 10.9.9.9:53/udp                  c 100/0
  198.51.100.7 -> shop/web-1(web)@n1:80                  s 9k/1k
`);

describe('an audit', () => {
  const audit = auditFlows(FLOWS, ['vault']);

  it('lists what crosses namespaces, a link a pair of services', () => {
    expect(audit.crossNamespace).toMatchObject([
      {
        id: 'svc:shop/web>svc:vault/vault',
        ports: '8200/tcp, 8201/tcp',
        flows: 2,
        bytes: 9_000,
        band: 'high',
        worstP99Us: 120_000,
      },
    ]);
    expect(audit.withoutNamespace).toBe(5);
  });

  it('counts the matrix both ways and on the diagonal', () => {
    expect(audit.namespaces).toEqual(['shop', 'vault']);
    expect(audit.cells.map(({ from, to, flows, bytes, band }) => [from, to, flows, bytes, band])).toEqual([
      ['shop', 'shop', 1, 3_000, 'good'],
      ['shop', 'vault', 2, 9_000, 'high'],
      ['vault', 'vault', 1, 18_000, 'good'],
    ]);
  });

  it('lists who reaches a sensitive namespace from outside of it, hosts too', () => {
    expect(audit.sensitiveNamespaces).toEqual(['vault']);
    expect(audit.sensitive.map(({ from }) => from.id)).toEqual(['host:n9', 'svc:shop/web']);
    expect(auditFlows(FLOWS, []).sensitive).toEqual([]);
  });

  it('lists what leaves by peer, address and port, and apart what nobody names', () => {
    expect(
      audit.egress.map(({ from, address, port, flows, sentBytes, receivedBytes }) => [
        from.label,
        address,
        port,
        flows,
        sentBytes,
        receivedBytes,
      ]),
    ).toEqual([
      ['web', '203.0.113.9', 443, 2, 6_000, 7_000],
      ['web', '2001:db8::9', 443, 1, 1_000, 1_000],
    ]);
    expect(audit.unnamed.map(({ address, proto }) => [address, proto])).toEqual([['10.9.9.9', 'udp']]);
  });

  it('does not fold addresses, however many', () => {
    const many = Array.from(
      { length: 40 },
      (_, i) => `shop/web-1(web)@n1 -> 203.0.113.${i + 1}:443  c 1k/1k`,
    );
    expect(auditFlows(sketch(many.join('\n')), []).egress).toHaveLength(40);
  });

  it('counts the halves of split traffic once, and lets the client speak of the handshake', () => {
    const halves = sketch(`
      shop/web-1(web)@n1 -> data/(db):80                c 10k/30k 3ms..12ms
      shop/web-1(web)@n1 -> data/db-0(db)@n2:5432       s 30k/10k 3ms..90ms
      shop/web-2(web)@n1 -> data/db-0(db)@n2:5432       both 1k/2k 2ms..9ms
    `);
    expect(auditFlows(halves, []).crossNamespace).toMatchObject([
      { flows: 3, sentBytes: 11_000, receivedBytes: 32_000, worstP99Us: 12_000, measured: 2, tcp: 3 },
    ]);
  });

  it('has nothing to say of nothing', () => {
    expect(auditFlows([], ['*'])).toEqual({
      crossNamespace: [],
      namespaces: [],
      cells: [],
      sensitive: [],
      sensitiveNamespaces: [],
      egress: [],
      unnamed: [],
      withoutNamespace: 0,
    });
  });
});
