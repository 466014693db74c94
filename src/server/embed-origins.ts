/**
 * Which other origins may talk to the page that they frame, and how the page learns it: by a meta tag in its own
 * index.html, so that whoever hosts the page as plain files can write the same tag by hand. Refuses to know messages.
 */

/**
 * The origin of the URL that `--embed-origin` gives, such as `https://kubeshark.example`, spelt as a browser spells it
 * in a message's `origin`; undefined for what has none (`*` and `null` would be anybody). A path says nothing here:
 * browsers tell origins apart, not paths.
 */
export function readEmbedOrigin(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const isPlain = /^https?:$/.test(url.protocol) && url.username + url.password === '';
  // A URL's host may hold a semicolon or a star, which would be words of their own in a policy.
  return isPlain && /^[\w.:[\]-]+$/.test(url.hostname) ? url.origin : undefined;
}

/** Who may frame the page where nobody said: itself, and whoever may talk to it, which cannot be done from elsewhere. */
export const framersBeside = (origins: readonly string[]): string => ["'self'", ...origins].join(' ');

/** The page with the tag that names the origins, parted by spaces; unchanged without any. */
export function tellEmbedOrigins(html: string, origins: readonly string[]): string {
  if (origins.length === 0) return html;
  const content = origins.join(' ').replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  // Before everything else in the head: a script that runs early finds it.
  return html.replace(/<head>/i, (head) => `${head}<meta name="shoal-embed-origins" content="${content}">`);
}
