/**
 * The page's one Trusted Types policy: it lets our own worker script through and nothing else.
 * The CSP names it (`trusted-types shoal`); browsers without Trusted Types get the URL as it is.
 */
interface TrustedTypesFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

export interface TrustedUrls {
  /** A script URL the browser will run; throws for one that is not of this page's own origin. */
  scriptUrl(url: string): string;
}

export function createTrustedUrls(): TrustedUrls {
  const check = (url: string): string => {
    const resolved = new URL(url, document.baseURI);
    // Only this page's own code can make a blob: URL of it, and only a snapshot's policy lets a worker begin with one.
    if (resolved.protocol !== 'blob:' && resolved.origin !== window.location.origin)
      throw new TypeError(`Not a script of this page: ${resolved.origin}`);
    return resolved.href;
  };
  const factory = (window as unknown as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (factory === undefined) return { scriptUrl: check };
  const policy = factory.createPolicy('shoal', { createScriptURL: check });
  // The DOM's types still say string where the platform takes a TrustedScriptURL.
  return { scriptUrl: (url) => policy.createScriptURL(url) as string };
}
