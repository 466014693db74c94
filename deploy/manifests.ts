/**
 * For tests only: the manifests as objects, and what is wrong with one by Kubernetes' own schemas, cut down in
 * schemas.json to what these manifests may use. Knows YAML and schemas; refuses to know what a manifest is for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

export interface Manifest {
  apiVersion?: unknown;
  kind?: unknown;
  metadata?: { name?: unknown; namespace?: unknown; labels?: Record<string, unknown> };
  // Whatever the kind has; tests say what they look for.
  [field: string]: unknown;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const schemas = JSON.parse(readFileSync(join(folder, 'schemas.json'), 'utf8')) as {
  $defs: Record<string, unknown>;
};

/** The documents of a YAML text. Throws where it is no YAML, names a key twice, or holds something else. */
export function readManifests(text: string): Manifest[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  if (documents.length === 0) throw new Error('There is no document.');
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error('A document holds no object.');
    return value as Manifest;
  });
}

/** Every manifest below deploy/, by its path there; kustomization files are kustomize's own and not among them. */
export function readFolder(): Map<string, Manifest[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
      .map((file) => [file, readManifests(readFileSync(join(folder, file), 'utf8'))]),
  );
}

/** A sentence for each thing that the schema of its kind does not allow; a kind without a schema is one. */
export function findMistakes(manifest: Manifest): string[] {
  const kind = typeof manifest.kind === 'string' ? manifest.kind : '';
  if (!Object.hasOwn(schemas.$defs, kind)) return [`there is no schema for the kind ${JSON.stringify(kind)}`];
  const schema = z.fromJSONSchema({ ...schemas, $ref: `#/$defs/${kind}` } as Parameters<
    typeof z.fromJSONSchema
  >[0]);
  const result = schema.safeParse(manifest);
  if (result.success) return [];
  return result.error.issues.map(({ path, message }) => `${[kind, ...path].join('.')}: ${message}`);
}
