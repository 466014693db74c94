/**
 * The link that shows a colleague the same: the view's own URL on the address where the page is reached. Takes nothing
 * from the address bar but origin and path, so that no secret in it can leave with the link.
 */
import type { Level } from '../../flows/flow';
import type { ViewState } from '../../view/view-state';
import { writeView } from '../../view/view-url';

/**
 * `publicUrl` is what the server was told (`--public-url`): a frame or a port-forward has an address of its own that is
 * nobody else's; an empty one says that there is no address that anybody could open, and then there is no link. `drawn` is the level on the map: what `auto` chose for this window is part of what one sees.
 */
export function pageLink(view: ViewState, drawn: Level | undefined, publicUrl: string | undefined): string {
  if (publicUrl === '') return '';
  const { origin, pathname } = window.location;
  const level = view.level === 'auto' && view.query.aggregate === undefined ? (drawn ?? 'auto') : view.level;
  // A colleague opens the page, not the frame it stands in.
  const search = writeView({ ...view, level, embed: false, without: [] });
  return `${publicUrl ?? `${origin}${pathname}`}${search === '' ? '' : `?${search}`}`;
}
