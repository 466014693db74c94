/**
 * The eight query parameters of `/mcp/flows`, once, for three users: the page's URL, the request, the server.
 * Knows each parameter's grammar and the sentence for a bad value; refuses to know what a match is (match.ts).
 */
import { parseAddressRange } from './address';

export const FORMATS = ['compact', 'full', 'raw'] as const;
export const AGGREGATES = ['pod', 'namespace', 'node', 'service'] as const;
export const PROTOCOLS = ['tcp', 'udp'] as const;
export const PARAMETERS = ['format', 'aggregate', 'l4proto', 'ip', 'ns', 'pod', 'svc', 'limit'] as const;

export type Format = (typeof FORMATS)[number];
type Aggregate = (typeof AGGREGATES)[number];
export type Parameter = (typeof PARAMETERS)[number];

/** An absent key is the parameter's default: `compact`, no filter, and on the page `PAGE_LIMIT` rows. */
export interface Query {
  format?: Format;
  aggregate?: Aggregate;
  l4proto?: (typeof PROTOCOLS)[number];
  ip?: string;
  ns?: string;
  pod?: string;
  svc?: string;
  limit?: number;
}

export interface QueryProblem {
  parameter: Parameter;
  value: string;
  /** The sentence a reader sees. */
  message: string;
}

/** The hub's own default is undocumented (probably 100, order unspecified), so the page always sends a limit. */
export const PAGE_LIMIT = 1000;

/** A Kubernetes name has at most 253 characters; four times that is surely a mistake. */
const LONGEST_NAME = 1024;

/**
 * Reads the eight parameters; the first of repeated ones counts, an empty one is absent, unknown ones are ignored.
 * A bad value is left out of `query` and described in `problems`: the server turns that into a 400, the page drops it.
 */
export function readQuery(params: URLSearchParams): { query: Query; problems: QueryProblem[] } {
  const query: Query = {};
  const problems: QueryProblem[] = [];
  for (const parameter of PARAMETERS) {
    const value = params.get(parameter)?.trim();
    if (value === undefined || value === '') continue;
    const message = readParameter(query, parameter, value);
    if (message !== undefined) problems.push({ parameter, value, message });
  }
  return { query, problems };
}

/** Puts one value into `query`, or returns the sentence that says why not. */
export function readParameter(query: Query, parameter: Parameter, value: string): string | undefined {
  switch (parameter) {
    case 'format':
      return oneOf(FORMATS, value, parameter, (v) => {
        query.format = v;
      });
    case 'aggregate':
      return oneOf(AGGREGATES, value, parameter, (v) => {
        query.aggregate = v;
      });
    case 'l4proto':
      return oneOf(PROTOCOLS, value, parameter, (v) => {
        query.l4proto = v;
      });
    case 'limit': {
      const limit = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!Number.isSafeInteger(limit) || limit < 1) {
        return `limit must be a whole number from 1 up, not ${quote(value)}.`;
      }
      query.limit = limit;
      return undefined;
    }
    case 'ip':
      if (parseAddressRange(value) === undefined) {
        return `ip must be an IPv4 or IPv6 address or a CIDR such as 10.0.0.0/8, not ${quote(value)}.`;
      }
      query.ip = value;
      return undefined;
    default:
      if (value.length > LONGEST_NAME) return `${parameter} is longer than ${LONGEST_NAME} characters.`;
      query[parameter] = value;
      return undefined;
  }
}

function oneOf<T extends string>(
  allowed: readonly T[],
  value: string,
  parameter: Parameter,
  set: (value: T) => void,
): string | undefined {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) return `${parameter} must be one of ${allowed.join(', ')}, not ${quote(value)}.`;
  set(found);
  return undefined;
}

const quote = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

/** The parameters that are present, in the contract's order. */
export function writeQuery(query: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const parameter of PARAMETERS) {
    const value = query[parameter];
    if (value !== undefined) params.set(parameter, String(value));
  }
  return params;
}

/** For the page's own state and URL: a value that is the default is absent. */
export function withoutDefaults(query: Query): Query {
  const { format, limit, ...rest } = query;
  return {
    ...rest,
    ...(format !== undefined && format !== 'compact' ? { format } : {}),
    ...(limit !== undefined && limit !== PAGE_LIMIT ? { limit } : {}),
  };
}

/** For the request: what the page's query asks the server, its limit made explicit. */
export function asRequest(query: Query): URLSearchParams {
  return writeQuery({ ...query, limit: query.limit ?? PAGE_LIMIT });
}
