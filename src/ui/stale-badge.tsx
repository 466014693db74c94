/** Says that what is drawn is older than the page, because the newest answer cannot be drawn. */
import { formatAge } from '../flows/units';
import css from './map-stage.module.css';
import { useNow } from './use-now';

export function StaleBadge({ sinceMs }: { sinceMs: number }) {
  const age = formatAge(useNow() - sinceMs);
  return (
    <p className={css.stale} role="status" data-map-age>
      Raw rows cannot be drawn: this is the last picture, {age} old.
    </p>
  );
}
