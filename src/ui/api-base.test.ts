import { describe, expect, test } from 'vitest';
import { resolveApiBase } from './api-base';

const PAGE = 'https://kubeshark.example/l4/?ns=shop#x';

describe('the API of a page', () => {
  test.each([
    [['../api/mcp'], 'https://kubeshark.example/api/'],
    [['../api/mcp/'], 'https://kubeshark.example/api/'],
    [['../api'], 'https://kubeshark.example/api/'],
    [['/api/'], 'https://kubeshark.example/api/'],
    [['/mcp/flows'], 'https://kubeshark.example/'],
    [['/'], 'https://kubeshark.example/'],
    [['.'], 'https://kubeshark.example/l4/'],
    [['//hub.example:8898'], 'https://hub.example:8898/'],
    [['http://127.0.0.1:8898/x/mcp/flows/summary?limit=1#y'], 'http://127.0.0.1:8898/x/'],
    [['', '  ', ' ../api/mcp\n'], 'https://kubeshark.example/api/'],
    [['javascript:alert(1)', 'https://[', '../api'], 'https://kubeshark.example/api/'],
    [['../mcproxy'], 'https://kubeshark.example/mcproxy/'],
  ])('%j', (contents, base) => {
    expect(resolveApiBase(contents, PAGE)).toBe(base);
    expect(new URL('mcp/flows', base).href).toBe(`${base}mcp/flows`);
  });

  test('is beside it where nothing is written', () => {
    for (const contents of [[], [''], ['data:,x']]) {
      const base = resolveApiBase(contents, PAGE);
      expect(new URL('mcp/flows?ns=a', base).href).toBe('https://kubeshark.example/l4/mcp/flows?ns=a');
    }
  });
});
