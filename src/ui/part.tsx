/**
 * A part of the page whose code comes late (backstage/late-code). Where it cannot come, the boundary around it says so;
 * shown again, it is asked for again, where `lazy` alone would remember for ever that it failed.
 */
import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from 'react';
import { late } from '../backstage/late-code';

/** What a reader can do about it. */
export const NO_PART =
  'The server behind this page did not send it. Is Shoal (or its port-forward) still running? If it is, and was updated meanwhile, reload the page.';

/** The server did not send a part of the page. */
export class MissingPart extends Error {
  override name = 'MissingPart';

  /**
   * `again` makes the next rendering ask once more. For whoever stands in its place, once it stands there: before, React
   * still tries what it tried, and would ask without end.
   */
  constructor(
    cause: unknown,
    readonly again: () => void,
  ) {
    super(String(cause), { cause });
  }
}

export function part<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  const fetched = late(load);
  const attempt = async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: await fetched() };
    } catch (error) {
      throw new MissingPart(error, () => {
        current = lazy(attempt);
      });
    }
  };
  let current: LazyExoticComponent<ComponentType<Props>> = lazy(attempt);
  return function Part(props) {
    const Current = current as ComponentType<Props>;
    return <Current {...props} />;
  };
}
