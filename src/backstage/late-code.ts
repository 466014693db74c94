/**
 * Code that the first picture can do without: fetched when it is needed first, or when the page has been at rest for a
 * while, all of it, one file after the other. A server that is gone later then takes nothing away. Each end of the line
 * has its own list.
 */

const loads: (() => Promise<unknown>)[] = [];

/** The same loader, which `bringLateCode` will call too. It may fail, and be called again. */
export function late<Module>(load: () => Promise<Module>): () => Promise<Module> {
  loads.push(load);
  return load;
}

/**
 * Calls every loader, those too that only become known on the way; `rest` is awaited before each. What cannot come now
 * is asked for again by whoever needs it, who also says so.
 */
export async function bringLateCode(rest: () => Promise<void>): Promise<void> {
  for (let at = 0; at < loads.length; at++) {
    await rest();
    await loads[at]?.().catch(() => undefined);
  }
}
