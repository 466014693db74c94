/**
 * `openapi.json`: the contract as our server answers it, generated from the schemas in flows/wire-schema.ts.
 */
import { PARAMETERS } from '../flows/query';
import { componentSchemas } from '../flows/wire-schema';

type Json = Record<string, unknown>;

const reference = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
const json = (schema: Json) => ({ 'application/json': { schema } });
const header = (description: string, schema: Json = { type: 'string' }) => ({ description, schema });

const SAMPLE_HEADERS = {
  'Shoal-At': header("The sample's own time, where the source knows it.", {
    type: 'string',
    format: 'date-time',
  }),
  'Shoal-Epoch': header('Changes when counters start anew; no difference of counters crosses it.'),
  'Shoal-Source': header('Where the flows come from, percent-encoded where it is not ASCII.'),
  'Shoal-Rejected': header('Rows of the sample that could not be read; absent when there are none.', {
    type: 'integer',
    minimum: 1,
  }),
  'Shoal-Public-Url': header('What a copied link begins with; absent unless --public-url was given.'),
  ETag: header('Send it back as If-None-Match: an unchanged answer is 304 without a body.'),
};

const error = (description: string) => ({ description, content: json(reference('Error')) });
const FOREIGN = { 403: error('A page of another origin asks; only this server’s own may.') };
const ERRORS = {
  ...FOREIGN,
  502: error('The hub cannot be reached, wants a sign-in, refused, or answered something else; see `cause`.'),
  504: error('The hub did not answer in time.'),
};
const UNCHANGED = { 304: { description: 'Unchanged since the ETag in If-None-Match.' } };

/** An OpenAPI 3.1 document; `basePath` ends with a slash. */
export function describeApi(version: string, basePath: string): Json {
  const schemas = componentSchemas();
  const query = schemas.Query as { properties: Record<string, Json & { description?: string }> };
  const parameters = PARAMETERS.map((name) => {
    const { description, ...schema } = query.properties[name] ?? {};
    return { name, in: 'query', required: false, description, schema };
  });
  const flows = (operationId: string) => ({
    get: {
      operationId,
      summary: 'L4 flows, filtered and aggregated',
      parameters,
      responses: {
        200: {
          description: 'The flows that match, in no particular order.',
          headers: SAMPLE_HEADERS,
          content: json({ anyOf: [reference('Answer'), reference('RawAnswer')] }),
        },
        ...UNCHANGED,
        400: error(
          'A parameter is malformed or given twice; the sentence names it. Unknown parameters are ignored.',
        ),
        ...ERRORS,
      },
    },
  });
  const summary = (operationId: string) => ({
    get: {
      operationId,
      summary: 'Connectivity of the cluster in figures',
      responses: {
        200: {
          description: 'The summary.',
          headers: SAMPLE_HEADERS,
          content: json(reference('Summary')),
        },
        ...UNCHANGED,
        ...ERRORS,
      },
    },
  });
  const status = (operationId: string, summaryText: string, extra: Json = {}) => ({
    get: {
      operationId,
      summary: summaryText,
      responses: { 200: { description: 'Yes.', content: json({ type: 'object' }) }, ...extra },
    },
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Shoal',
      version,
      description:
        'The L4 flows of a Kubernetes cluster: /mcp/flows and /mcp/flows/summary as Kubeshark has them.',
    },
    servers: [{ url: basePath }],
    paths: {
      '/mcp/flows': flows('flows'),
      '/mcp/flows/summary': summary('summary'),
      '/api/mcp/flows': flows('flowsBehindApi'),
      '/api/mcp/flows/summary': summary('summaryBehindApi'),
      '/inventory': status('inventory', 'Nodes, pods, services and endpoint slices', {
        ...FOREIGN,
        404: error('No inventory was given, or a cluster’s is not known yet.'),
      }),
      '/audit': status('audit', 'What an audit compares with: namespace patterns and a baseline', {
        ...FOREIGN,
        404: error('Neither was given.'),
      }),
      '/healthz': status('healthz', 'Whether the server runs'),
      '/readyz': status('readyz', 'Whether the source of flows answers', ERRORS),
    },
    components: { schemas },
  };
}
