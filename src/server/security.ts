/**
 * What every response says to the browser, and which Host names the server answers to.
 * The page runs under this policy in production, so a violation is a bug of the page, never a reason to loosen it.
 */
import { isIP } from 'node:net';

/** The headers of every response. `frameAncestors` is a source list of CSP, such as `'self'`. */
export function securityHeaders(frameAncestors: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "worker-src 'self'",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${frameAncestors}`,
      "require-trusted-types-for 'script'",
      'trusted-types shoal',
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

/**
 * A test for the `Host` of a request, against DNS rebinding: a page of somebody else's name that resolves to our
 * address must not read the cluster's traffic. Allowed are `localhost`, any IP address (a page opened at an address
 * has no name that could be rebound; kubelet probes and port-forwards come so) and `names`; `*` in `names` allows all.
 * Listening on all addresses (0.0.0.0, ::) therefore opens no door: a server reached by name is told its name.
 */
export function createHostTest(names: readonly string[]): (host: string) => boolean {
  const allowed = new Set(['localhost', ...names.map((name) => hostnameOf(name) ?? name.toLowerCase())]);
  if (allowed.has('*')) return () => true;
  return (host) => {
    const name = hostnameOf(host);
    return name !== undefined && (allowed.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0);
  };
}

/** `Shoal.example:8080` → `shoal.example`; undefined when it is no host. */
function hostnameOf(host: string): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@[\]\s]+)(?::\d{1,5})?$/i.exec(host);
  // A trailing dot is the same name in DNS.
  return match?.[1]?.toLowerCase().replace(/\.$/, '');
}
