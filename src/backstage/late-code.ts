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

let brought = 0;

/**
 * Calls every loader once, those too that only become known on the way; `rest` is awaited before each. Ends at the first
 * that fails, false: what is asked for in vain, some browsers never ask for again. Called again, it goes on from there.
 */
export async function bringLateCode(rest: () => Promise<void>): Promise<boolean> {
  for (; brought < loads.length; brought++) {
    await rest();
    try {
      await loads[brought]?.();
    } catch {
      return false;
    }
  }
  return true;
}
