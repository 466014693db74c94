// The rules of the house (DESIGN §2) as a program: which floor may import which, which packages a floor may use, and
// what no file may do. `check` is pure over a tree of texts, so that the last suite can plant violations and see them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** A package pattern: `x` allows `x` and `x/…`; `x=` allows exactly `x`; `@scope/` and `node:` allow what starts so. */
interface Floor {
  floors: readonly string[];
  packages: readonly string[];
}

const FLOORS: Record<string, Floor> = {
  flows: { floors: [], packages: ['ipaddr.js', 'pretty-bytes', 'zod'] },
  sources: { floors: ['flows'], packages: [] },
  graph: { floors: ['flows'], packages: ['d3-force'] },
  insight: { floors: ['flows', 'graph'], packages: [] },
  view: { floors: ['flows'], packages: ['zustand/vanilla=', 'zod/mini='] },
  live: { floors: ['flows', 'sources', 'graph'], packages: ['@tanstack/query-core', 'idb'] },
  paint: { floors: ['flows', 'graph'], packages: [] },
  backstage: { floors: ['flows', 'sources', 'graph', 'insight', 'live', 'share', 'paint'], packages: [] },
  canvas: { floors: ['flows', 'graph', 'paint'], packages: ['cytoscape'] },
  share: { floors: ['flows', 'graph', 'insight', 'paint'], packages: ['papaparse', 'yaml'] },
  ui: {
    floors: ['flows', 'sources', 'graph', 'insight', 'view', 'live', 'backstage', 'paint', 'canvas', 'share'],
    packages: [
      ...['react', 'react-dom', '@tanstack/', 'zustand', 'recharts', '@base-ui/react', 'lucide-react'],
      ...['react-resizable-panels', 'react-error-boundary'],
    ],
  },
  server: {
    floors: ['flows', 'sources', 'graph', 'insight', 'view', 'share'],
    packages: ['node:', 'hono', '@hono/node-server', 'zod', 'playwright-core'],
  },
};

/** Narrower than the floor: the only files of it that may use the package. */
const ONLY_IN: Record<string, readonly string[]> = {
  flows: ['ipaddr.js flows/address.ts', 'pretty-bytes flows/units.ts', 'zod flows/wire-schema.ts'],
  graph: ['d3-force graph/layout/'],
  view: ['zod/mini= view/embed.ts'],
  server: ['playwright-core server/draw-page.ts'],
};

/** The schemas would bring zod into the page: rows are read by hand there. */
const SCHEMA = 'flows/wire-schema.ts';
const IN_TESTS = ['vitest', 'fast-check', 'culori', 'node:'];
const LONGEST = 400;
const DRAWERS = ['utils', 'hooks', 'types', 'common'];

type Tree = ReadonlyMap<string, string>;

const isCode = (file: string): boolean => /\.tsx?$/.test(file);
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);
const isAllowed = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    /[/:]$/.test(pattern)
      ? name.startsWith(pattern)
      : pattern.endsWith('=')
        ? name === pattern.slice(0, -1)
        : name === pattern || name.startsWith(`${pattern}/`),
  );

/**
 * The source with comments, string contents and regular expressions blanked, every other character in its place, so
 * that an import named in a string is none and a specifier can be read from the original at the same offset.
 */
function strip(source: string): { code: string; comments: string } {
  const code = source.split('');
  let comments = '';
  const blank = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (code[i] !== '\n') code[i] = ' ';
  };
  // Depths of `{` at which a `${` of an enclosing template literal ends.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const skipTemplate = () => {
    const start = at;
    while (at < source.length && source[at] !== '`' && !source.startsWith('${', at))
      at += source[at] === '\\' ? 2 : 1;
    blank(start, at);
    if (source[at] === '$') {
      templates.push(depth++);
      at += 2;
    } else at++;
  };
  while (at < source.length) {
    const start = at;
    const char = source[at++] ?? '';
    if (char === '/' && (source[at] === '/' || source[at] === '*')) {
      const end = source[at] === '/' ? source.indexOf('\n', at) : source.indexOf('*/', at + 1) + 2;
      at = end < at ? source.length : end;
      comments += source.slice(start, at);
      blank(start, at);
    } else if (
      char === '"' ||
      char === "'" ||
      (char === '/' && startsRegex(code.slice(Math.max(0, start - 20), start).join('')))
    ) {
      // A quote in the text of an element, or a slash in a tag, is over with its line.
      let inClass = false;
      while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== char)) {
        if (char === '/' && (source[at] === '[' || source[at] === ']')) inClass = source[at] === '[';
        at += source[at] === '\\' ? 2 : 1;
      }
      blank(start + 1, at);
      at++;
    } else if (char === '`') skipTemplate();
    else if (char === '{') depth++;
    else if (char === '}') {
      depth--;
      if (templates.at(-1) === depth) {
        templates.pop();
        skipTemplate();
      }
    }
  }
  return { code: code.join(''), comments };
}

const startsRegex = (before: string): boolean =>
  /(?:[(,=:[!&|?;+*%~^{]|=>|\b(?:return|typeof|case|in|of|void|await))\s*$/.test(before);

const WORKER = /\bnew\s+URL\s*\(\s*(['"`])(?= *['"`]\s*,\s*import\s*\.\s*meta)/g;
const IMPORTS = [
  /\b(?:import|export)\b[^'"`;()=]*?\bfrom\s*(['"])/g,
  /\bimport\s*(['"])/g,
  /\bimport\s*\(\s*(['"`])/g,
  WORKER,
];

/** Every module a file names: import, export … from, import(), and workers by `new URL(…, import.meta.url)`. */
function importsOf(source: string, code: string): string[] {
  return IMPORTS.flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap((match) => {
      const from = match.index + match[0].length;
      const specifier = source.slice(from, source.indexOf(match[1] ?? '', from)).replace(/\?.*$/, '');
      // A URL of something else (a folder, an asset) is no import.
      return pattern === WORKER && !isCode(specifier) ? [] : [specifier];
    }),
  );
}

/** The file of the tree that a relative specifier means, or its path where the tree has none (styles, assets). */
function resolve(from: string, specifier: string, tree: Tree): string {
  const target = path.posix.join(path.posix.dirname(from), specifier);
  return [target, `${target}.ts`, `${target}.tsx`].find((candidate) => tree.has(candidate)) ?? target;
}

const floorOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

/** What is wrong with a tree of `path under src` → text; empty when nothing is. */
function check(tree: Tree): string[] {
  const wrong: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [file, source] of tree) {
    const say = (what: string) => wrong.push(`${file}: ${what}`);
    const lines = source.replace(/\n$/, '').split('\n').length;
    if (lines > LONGEST) say(`${lines} lines, more than ${LONGEST}`);
    for (const folder of file.split('/').slice(0, -1))
      if (DRAWERS.includes(folder)) say(`lives in a drawer: ${folder}/`);
    if (!isCode(file)) continue;
    if (/(^|\/)index\.tsx?$/.test(file)) say('is an index');
    if (
      !isTest(file) &&
      !source
        .replace(/^#!.*\n/, '')
        .trimStart()
        .startsWith('/**')
    )
      say('has no header comment');
    const { code, comments } = strip(source);
    checkText(file, code, comments, say);
    const targets: string[] = [];
    for (const specifier of importsOf(source, code)) {
      if (!specifier.startsWith('.')) checkPackage(file, specifier, say);
      else {
        const target = resolve(file, specifier, tree);
        targets.push(target);
        checkFloor(file, target, say);
      }
    }
    graph.set(file, targets);
  }
  return [...wrong, ...cycles(graph)];
}

type Say = (what: string) => void;

function checkText(file: string, code: string, comments: string, say: Say): void {
  // What follows tells a type from a word in the text of an element.
  if (/(?::|\bas|[<|,&])\s*any\s*(?:[;)=\]}>|&[{\n]|\bas\b|$)/.test(code)) say('says any');
  if (/@ts-(?:ignore|nocheck)/.test(comments)) say('silences the compiler');
  if (/\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/.test(code)) say('has a default export');
  if (floorOf(file) !== 'canvas') {
    for (const [identifier] of code.matchAll(/[A-Za-z_$][\w$]*/g)) {
      const words = identifier
        .replace(/([a-z\d])([A-Z])/g, '$1 $2')
        .toLowerCase()
        .split(/[ _$]/);
      if (words.includes('edge') || words.includes('edges')) say(`says ${identifier}: it is a link`);
    }
  }
}

function checkPackage(file: string, name: string, say: Say): void {
  if (isTest(file) && isAllowed(name, IN_TESTS)) return;
  const floor = floorOf(file);
  const isRoot = file === 'main.tsx';
  const packages = isRoot ? (FLOORS.ui?.packages ?? []) : (FLOORS[floor]?.packages ?? []);
  if (!isAllowed(name, packages)) {
    say(`may not use ${name}`);
    return;
  }
  if (isTest(file)) return;
  for (const rule of ONLY_IN[floor] ?? []) {
    const [pattern = '', where = ''] = rule.split(' ');
    if (isAllowed(name, [pattern]) && !file.startsWith(where)) say(`may not use ${name}: only ${where} may`);
  }
}

function checkFloor(file: string, target: string, say: Say): void {
  const [from, to] = [floorOf(file), floorOf(target)];
  if (target === SCHEMA && from !== 'server' && !isTest(file)) say(`may not import ${target}: it brings zod`);
  if (isTest(target)) say(`imports a test: ${target}`);
  // The version in package.json is the one thing outside that the program itself says.
  if (target.startsWith('..') && !(from === 'server' && target === '../package.json'))
    say(`leaves src: ${target}`);
  if (from === to || target.startsWith('..')) return;
  if (file === 'main.tsx' ? to === 'server' : FLOORS[from]?.floors.includes(to) !== true) {
    say(`may not import ${target}`);
  }
}

/** Import cycles, each told once. Types count: two files that need each other's types are one idea in two places. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (file: string) => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`);
      return;
    }
    state.set(file, 'open');
    trail.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    trail.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

function readTree(): Tree {
  const src = fileURLToPath(new URL('.', import.meta.url));
  const tree = new Map<string, string>();
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(tsx?|css|md)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    tree.set(path.relative(src, file).split(path.sep).join('/'), readFileSync(file, 'utf8'));
  }
  return tree;
}

describe('the house', () => {
  const tree = readTree();

  it('keeps its rules', () => {
    expect(check(tree)).toEqual([]);
  });

  it('is seen: every floor that is there is known, and imports are found in it', () => {
    const floors = new Set([...tree.keys()].map(floorOf).filter((floor) => floor !== ''));
    expect(Object.keys(FLOORS)).toEqual(expect.arrayContaining([...floors]));
    const volume = tree.get('flows/volume.ts') ?? '';
    expect(importsOf(volume, strip(volume).code)).toEqual(['./address', './flow', './identity']);
  });
});

describe('the checker catches', () => {
  const HEADER = '/**\n * A file.\n */\n';
  const one = (file: string, text: string) => check(new Map([[file, HEADER + text]]));

  it.each<[string, string, string, string]>([
    ['a floor below', 'flows/a.ts', "import { x } from '../graph/x';", 'may not import graph/x'],
    [
      'over many lines',
      'flows/a.ts',
      "import {\n  x, // from 'y'\n  type Y,\n} from\n  '../ui/x';",
      'may not import ui/x',
    ],
    ['a type', 'graph/a.ts', "import type { X } from '../live/x';", 'may not import live/x'],
    ['passed on', 'sources/a.ts', "export * from '../graph/x';", 'may not import graph/x'],
    ['for its effect', 'ui/a.tsx', "import '../server/x';", 'may not import server/x'],
    ['on demand', 'main.tsx', "const x = () => import('./server/x');", 'may not import server/x'],
    [
      'as a worker',
      'view/a.ts',
      "new Worker(new URL('../live/w.ts', import.meta.url))",
      'may not import live/w.ts',
    ],
    ['inside a template', 'flows/a.ts', `const a = \`\${await import('../ui/x')}\`;`, 'may not import ui/x'],
    ['the outside', 'ui/a.tsx', "import x from '../../e2e/x';", 'leaves src: ../e2e/x'],
    [
      'the schemas in the page',
      'live/a.ts',
      "import { x } from '../flows/wire-schema.ts';",
      'may not import flows/wire-schema.ts: it brings zod',
    ],
    ['a package', 'ui/a.tsx', "import cytoscape from 'cytoscape';", 'may not use cytoscape'],
    ['a package in the root', 'main.tsx', "import cytoscape from 'cytoscape';", 'may not use cytoscape'],
    ['Node in the page', 'sources/a.ts', "import fs from 'node:fs';", 'may not use node:fs'],
    ['another entry of a package', 'view/a.ts', "import { create } from 'zustand';", 'may not use zustand'],
    [
      'a package in the wrong file',
      'flows/a.ts',
      "import ip from 'ipaddr.js';",
      'may not use ipaddr.js: only flows/address.ts may',
    ],
    ['any', 'ui/a.ts', 'const x: any = 1;', 'says any'],
    ['any as a cast', 'ui/a.ts', 'const x = y as any;', 'says any'],
    ['any as an argument', 'ui/a.ts', 'const x = new Map<string, any>();', 'says any'],
    ['silence', 'ui/a.ts', '// @ts-ignore\nf();', 'silences the compiler'],
    ['a default export', 'ui/a.ts', 'export default function f() {}', 'has a default export'],
    ['the engine’s word', 'ui/a.ts', 'const worstEdge = 1;', 'says worstEdge: it is a link'],
    ['an index', 'ui/index.ts', '', 'is an index'],
    ['a drawer', 'ui/utils/a.ts', '', 'lives in a drawer: utils/'],
    ['a long file', 'ui/a.css', '\n'.repeat(LONGEST), '403 lines, more than 400'],
  ])('%s', (_, file, text, problem) => {
    expect(one(file, text)).toEqual([`${file}: ${problem}`]);
  });

  it('a module without a header', () => {
    expect(check(new Map([['ui/a.ts', 'export const a = 1;']]))).toEqual(['ui/a.ts: has no header comment']);
  });

  it('a cycle, told once', () => {
    const tree = new Map([
      ['ui/a.ts', `${HEADER}import { b } from './b';`],
      ['ui/b.tsx', `${HEADER}export { c } from './deep/c';`],
      ['ui/deep/c.ts', `${HEADER}import type { A } from '../a';`],
    ]);
    expect(check(tree)).toEqual(['cycle: ui/a.ts → ui/b.tsx → ui/deep/c.ts → ui/a.ts']);
  });
});

describe('the checker lets pass', () => {
  it.each([
    ['what a floor may', 'insight/a.ts', "import { x } from '../graph/x';\nimport { y } from './y';"],
    [
      'what only looks like an import',
      'flows/a.ts',
      "// import x from '../ui/x'\nconst a = \"import x from '../ui/x'\";",
    ],
    ['a quote in a regular expression', 'flows/a.ts', "const a = /['\"`]/g; // it's\nconst b = 'x: any';"],
    ['words that only contain it', 'flows/a.ts', "const knowledge = 'edge'; // the edge"],
    ['text of an element', 'ui/a.tsx', "export const A = () => <p>Don't: any of it</p>;\nconst b = 1;"],
    ['its own engine', 'canvas/a.ts', "import cytoscape from 'cytoscape';\nconst edges = 1;"],
    ['a sub-path', 'ui/a.tsx', "import { createRoot } from 'react-dom/client';\nimport './a.module.css';"],
    [
      'tools in tests',
      'graph/a.test.ts',
      "import fc from 'fast-check';\nimport { x } from '../flows/wire-schema';",
    ],
    ['the root', 'main.tsx', "import { App } from './ui/app';\nimport { poll } from './live/polling';"],
  ])('%s', (_, file, text) => {
    expect(check(new Map([[file, `/** A file. */\n${text}`]]))).toEqual([]);
  });
});
