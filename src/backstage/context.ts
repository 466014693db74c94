/**
 * What the server knows beside flows: the inventory, and what an audit compares with. Fetched only when the server says
 * that it has it, and again now and then, because pods come and go. Missing context is no failure: panels say what
 * they lack.
 */
import { type InventoryFacts, mergeFacts, readInventoryFacts } from '../insight/activity-inventory';
import { SENSITIVE_DEFAULT } from '../insight/audit-patterns';
import type { Baseline } from '../insight/baseline';
import { readBaseline } from '../insight/baseline-file';

export interface Context {
  inventory?: InventoryFacts;
  /** Namespace patterns. */
  sensitive: readonly string[];
  /** The server's own; one that the reader loaded wins over it. */
  baseline?: Baseline;
}

/** What the reader opened on the page, as far as it is context. */
export interface OpenedContext {
  facts: InventoryFacts | undefined;
  /** Flows come from files: what the server knows is of another cluster for all one knows. */
  isHeld: boolean;
}

export interface ContextDesk {
  /** The same object for the same things known. */
  now(opened: OpenedContext): Context;
  /** Refreshes what the server offers (`Shoal-Offers`); resolves when the first of it is here, at once later on. */
  refresh(base: string, offers: readonly string[]): Promise<void>;
}

/** Pods come and go; names and zones may be this old. */
const FRESH_MS = 60_000;
/** A server that does not answer these must not hold up the map. */
const PATIENCE_MS = 10_000;

export function createContext(): ContextDesk {
  let context: Context = { sensitive: SENSITIVE_DEFAULT };
  let fetchedMs: number | undefined;
  const texts: { inventory?: string; audit?: string } = {};

  /** Takes over what came and is new; what did not come this time stays as it was known. */
  async function load(base: string, offers: readonly string[]): Promise<void> {
    const fetched = (name: string) =>
      offers.includes(name) ? fetchText(new URL(name, base).href) : undefined;
    const [inventory, audit] = await Promise.all([fetched('inventory'), fetched('audit')]);
    // The same objects stay while nothing changed: whoever remembers by identity goes on remembering.
    if (audit !== undefined && audit !== texts.audit) {
      texts.audit = audit;
      const { inventory: known } = context;
      context = { ...readAudit(audit), ...(known === undefined ? {} : { inventory: known }) };
    }
    if (inventory !== undefined && inventory !== texts.inventory) {
      texts.inventory = inventory;
      context = { ...context, inventory: readInventoryFacts(parse(inventory)) };
    }
  }

  let made: { of: Context; facts: InventoryFacts | undefined; isHeld: boolean; context: Context } | undefined;
  function combine({ facts, isHeld }: OpenedContext): Context {
    const { inventory: servers, baseline, sensitive } = context;
    if (isHeld) return { sensitive, ...(facts === undefined ? {} : { inventory: facts }) };
    if (facts === undefined) return context;
    return {
      sensitive,
      ...(baseline === undefined ? {} : { baseline }),
      inventory: servers === undefined ? facts : mergeFacts(servers, facts),
    };
  }

  return {
    now(opened) {
      const { facts, isHeld } = opened;
      if (made === undefined || made.of !== context || made.facts !== facts || made.isHeld !== isHeld) {
        made = { of: context, facts, isHeld, context: combine(opened) };
      }
      return made.context;
    },
    async refresh(base, offers) {
      const isFirst = fetchedMs === undefined;
      if (offers.length === 0 || (fetchedMs !== undefined && Date.now() - fetchedMs < FRESH_MS)) return;
      fetchedMs = Date.now();
      const loaded = load(base, offers);
      if (isFirst) await loaded;
    },
  };
}

function readAudit(text: string | undefined): Context {
  const json = parse(text);
  if (typeof json !== 'object' || json === null) return { sensitive: SENSITIVE_DEFAULT };
  const { sensitive, baseline } = json as { sensitive?: unknown; baseline?: unknown };
  const reading = baseline === undefined ? undefined : readBaseline(JSON.stringify(baseline));
  return {
    sensitive: Array.isArray(sensitive)
      ? sensitive.filter((pattern): pattern is string => typeof pattern === 'string')
      : SENSITIVE_DEFAULT,
    ...(reading !== undefined && 'baseline' in reading ? { baseline: reading.baseline } : {}),
  };
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      cache: 'no-cache',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}
