import { expect, test } from 'vitest';
import { PARAMETERS } from '../flows/query';
import { describeApi } from './open-api';

const api = describeApi('1.2.3', '/shoal/') as {
  openapi: string;
  info: { version: string };
  servers: { url: string }[];
  paths: Record<string, { get: { operationId: string; parameters?: { name: string }[]; responses: object } }>;
  components: { schemas: Record<string, object> };
};

test('is OpenAPI 3.1 for where the server is mounted', () => {
  expect(api.openapi).toBe('3.1.0');
  expect(api.info.version).toBe('1.2.3');
  expect(api.servers).toEqual([{ url: '/shoal/' }]);
});

test('describes every route, and each operation under its own name', () => {
  expect(Object.keys(api.paths)).toEqual([
    '/mcp/flows',
    '/mcp/flows/summary',
    '/api/mcp/flows',
    '/api/mcp/flows/summary',
    '/inventory',
    '/audit',
    '/healthz',
    '/readyz',
  ]);
  const ids = Object.values(api.paths).map(({ get }) => get.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('has the eight parameters with their values', () => {
  const parameters = api.paths['/mcp/flows']?.get.parameters ?? [];
  expect(parameters.map(({ name }) => name)).toEqual([...PARAMETERS]);
  expect(parameters).toContainEqual(
    expect.objectContaining({
      name: 'aggregate',
      schema: { type: 'string', enum: ['pod', 'namespace', 'node', 'service'] },
    }),
  );
  for (const parameter of parameters) expect(parameter).toHaveProperty('description', expect.any(String));
});

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"([^"]*)"/g)].map(([, ref]) => ref ?? '');
  expect(references.length).toBeGreaterThan(10);
  for (const reference of references) {
    const [, name] = /^#\/components\/schemas\/(\w+)$/.exec(reference) ?? [];
    expect(api.components.schemas[name ?? '']).toBeDefined();
  }
});

test('errors say their cause', () => {
  expect(Object.keys(api.paths['/mcp/flows']?.get.responses ?? {})).toEqual([
    '200',
    '304',
    '400',
    '403',
    '502',
    '504',
  ]);
  expect(JSON.stringify(api.components.schemas.Error)).toContain('"not-json"');
});
