/**
 * Which requests are turned away before anybody looks at what they ask for: another host's, those that would change
 * something or carry something, and those that a page of another origin makes. Knows headers; refuses to know routes.
 */
import { type Problem, problem } from './problem';

type HostTest = (host: string) => boolean;

/** What is wrong with a request as such, whatever its path; undefined when nothing is. */
export function findIntrusion(request: Request, isAllowedHost: HostTest): Problem | undefined {
  const { headers, method } = request;
  // A request to a proxy names a host in its first line as well; neither may be another's.
  const named = new URL(request.url).host;
  const hosts = [headers.get('host') ?? named, named];
  const stranger = hosts.find((host) => !isAllowedHost(host));
  if (stranger !== undefined) {
    const name = JSON.stringify(stranger.slice(0, 100));
    return problem(
      'refused',
      `This server does not answer to the host ${name}. Start it with --allow-host to change that.`,
      400,
    );
  }
  if (method !== 'GET' && method !== 'HEAD')
    return problem('refused', `Only GET and HEAD are answered here, not ${method}.`, 405);
  // What one server takes for a body, another one behind it may take for the next request.
  if (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) !== 0)
    return problem('refused', 'Questions have no body here.', 400);
  return undefined;
}

/**
 * Whether a page of another origin made this request with a script, an image or the like. Its browser would not show
 * it the answer anyway (no CORS); but who is refused learns nothing from how long an answer takes or how large it is.
 * Following a link and framing are allowed here: who may frame is for `frame-ancestors`.
 */
export function findForeignOrigin({ headers, url }: Request): Problem | undefined {
  const site = headers.get('sec-fetch-site');
  const isForeign =
    site === null
      ? !isOwnOrigin(headers.get('origin'), headers.get('host') ?? new URL(url).host)
      : site !== 'same-origin' && site !== 'none' && headers.get('sec-fetch-mode') !== 'navigate';
  return isForeign
    ? problem('refused', 'Only the page of this server may ask this; pages of other origins may not.', 403)
    : undefined;
}

/** Browsers leave `Origin` out when they ask their own page's server, so one that is there is somebody else's. */
function isOwnOrigin(origin: string | null, host: string): boolean {
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
