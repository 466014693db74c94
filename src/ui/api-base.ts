/**
 * Where the flows are, for a page that lies somewhere else than its API: a meta tag in index.html, which whoever hosts
 * the page as plain files writes by hand. Our own server writes none: there the API is beside the page.
 */

/** What a `<meta name="shoal-api">` says; of several, the first that says anything. */
export const apiBaseOf = (page: Document): string =>
  resolveApiBase(
    [...page.querySelectorAll<HTMLMetaElement>('meta[name="shoal-api"]')].map(({ content }) => content),
    page.baseURI,
  );

/**
 * The absolute URL, with a slash at its end, below which `mcp/flows` is. Each of `contents` is a URL, relative to the
 * page's, of that place or of the API itself (`../api`, `../api/mcp`, `/api/mcp/flows`); empty ones and what is no
 * http or https URL count as not written. Without any it is the page's own folder.
 */
export function resolveApiBase(contents: readonly string[], pageUrl: string): string {
  for (const content of contents) {
    const url = content.trim() === '' ? undefined : parse(content.trim(), pageUrl);
    if (url === undefined) continue;
    url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/mcp(\/flows(\/summary)?)?$/, '')}/`;
    url.search = '';
    url.hash = '';
    return url.href;
  }
  return pageUrl;
}

function parse(text: string, base: string): URL | undefined {
  try {
    const url = new URL(text, base);
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
}
