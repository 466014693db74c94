/**
 * IP addresses as text: their shortest form, whether they are public, and CIDR tests.
 * The only file that knows ipaddr.js; refuses to know what an address belongs to (identity.ts).
 */
import ipaddr from 'ipaddr.js';

export type AddressClass = 'public' | 'private' | 'unreadable';

// Addresses repeat on every poll; parsing one costs about 1 µs, so remember a cluster's worth of them.
const MOST_REMEMBERED = 50_000;
const remembered = new Map<string, { text: string; kind: AddressClass }>();

// Reserved for documentation (RFC 5737, RFC 3849): never used inside a cluster, so an address like that is outside.
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].map((cidr) =>
  ipaddr.parseCIDR(cidr),
);
// `rfc6052` is 64:ff9b::/96, an IPv4 address behind NAT64.
const PUBLIC_RANGES = new Set(['unicast', 'rfc6052', '6to4', 'teredo', 'as112', 'as112v6', 'amt']);

function readAddress(ip: string): { text: string; kind: AddressClass } {
  const known = remembered.get(ip);
  if (known !== undefined) return known;
  const read = classify(ip);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(ip, read);
  return read;
}

function classify(ip: string): { text: string; kind: AddressClass } {
  // isValidFourPartDecimal refuses "10.1" and octal forms, which name other addresses than they seem to.
  if (!ipaddr.IPv4.isValidFourPartDecimal(ip) && !ipaddr.IPv6.isValid(ip))
    return { text: ip, kind: 'unreadable' };
  const address = ipaddr.process(ip);
  const open =
    PUBLIC_RANGES.has(address.range()) ||
    DOCUMENTATION.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
  return { text: address.toString(), kind: open ? 'public' : 'private' };
}

/** The address in its shortest form; `::ffff:a.b.c.d` becomes `a.b.c.d`; text that is no address is returned as it is. */
export function canonicalIp(ip: string): string {
  return readAddress(ip).text;
}

/** Whether an address could be anybody's on the internet; text that is no address is `unreadable`. */
export function addressClass(ip: string): AddressClass {
  return readAddress(ip).kind;
}

/** A test for "is in this address or CIDR", or undefined when `text` is neither. */
export function parseAddressRange(text: string): ((ip: string) => boolean) | undefined {
  const slash = text.indexOf('/');
  const base = slash < 0 ? text : text.slice(0, slash);
  if (readAddress(base).kind === 'unreadable') return undefined;
  const wanted = ipaddr.process(base);
  const full = wanted.kind() === 'ipv4' ? 32 : 128;
  const bits =
    slash < 0 ? full : Number(/^\d{1,3}$/.test(text.slice(slash + 1)) ? text.slice(slash + 1) : Number.NaN);
  if (!(bits <= full)) return undefined;
  if (bits === full) {
    const exact = wanted.toString();
    return (ip) => canonicalIp(ip) === exact;
  }
  return (ip) => {
    if (readAddress(ip).kind === 'unreadable') return false;
    const address = ipaddr.process(ip);
    return address.kind() === wanted.kind() && address.match(wanted, bits);
  };
}
