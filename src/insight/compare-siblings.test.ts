// The colour mode relative to siblings: like with like, on a log scale, and silent where nobody can be compared.
import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { buildGraph } from '../graph/flow-graph';
import { relateLinks } from './compare-siblings';

const relate = (text: string, zones?: ReadonlyMap<string, string>) =>
  relateLinks(buildGraph(sketch(text), { level: 'service' }), zones);
const to = 'shop/db-0(db)@n2:5432  both 9k/9k';

describe('a link beside its siblings', () => {
  it('is usual, three times or ten times slower though every band is green', () => {
    const related = relate(`
      shop/a-0(a)@n1 -> ${to} 100us..200us
      shop/b-0(b)@n1 -> ${to} 110us..210us
      shop/c-0(c)@n1 -> ${to} 450us..750us
      shop/d-0(d)@n1 -> ${to} 2ms..3ms
    `);
    expect(related.get('svc:shop/a>svc:shop/db')).toMatchObject({ class: 'usual', siblings: 3 });
    expect(related.get('svc:shop/c>svc:shop/db')?.class).toBe('slower');
    expect(related.get('svc:shop/d>svc:shop/db')?.class).toBe('much-slower');
    expect(related.get('svc:shop/d>svc:shop/db')?.factor).toBeGreaterThan(10);
  });

  it('shows a tail of its own, and nothing where all wait alike', () => {
    const related = relate(`
      shop/a-0(a)@n1 -> ${to} 100us..2s
      shop/b-0(b)@n1 -> ${to} 110us..200us
      shop/c-0(c)@n1 -> ${to} 120us..210us
    `);
    expect(related.get('svc:shop/a>svc:shop/db')?.class).toBe('much-slower');
    const all = relate(`
      shop/a-0(a)@n1 -> ${to} 100us..2s
      shop/b-0(b)@n1 -> ${to} 110us..3s
      shop/c-0(c)@n1 -> ${to} 120us..3s
    `);
    expect([...all.values()].map((one) => one.class)).toEqual(['usual', 'usual', 'usual']);
  });

  it('is not slower for being farther away', () => {
    const zones = new Map([
      ['n1', 'a'],
      ['n2', 'a'],
      ['n3', 'b'],
    ]);
    const text = `
      shop/a-0(a)@n2 -> ${to} 30us..60us
      shop/b-0(b)@n2 -> ${to} 30us..60us
      shop/c-0(c)@n2 -> ${to} 30us..60us
      shop/d-0(d)@n3 -> ${to} 900us..2ms
    `;
    expect(relate(text, zones).get('svc:shop/d>svc:shop/db')).toEqual({ class: 'alone', siblings: 0 });
  });

  it('is not judged by a floor of noise', () => {
    const related = relate(`
      shop/a-0(a)@n2 -> ${to} 20us..40us
      shop/b-0(b)@n2 -> ${to} 20us..40us
      shop/c-0(c)@n2 -> ${to} 90us..180us
    `);
    expect(related.get('svc:shop/c>svc:shop/db')).toMatchObject({ class: 'usual', factor: 1 });
  });

  it('without siblings is alone, and without a handshake unmeasured', () => {
    const related = relate(`
      shop/a-0(a)@n1 -> ${to} 100us..200us
      shop/b-0(b)@n1 -> ${to}
    `);
    expect(related.get('svc:shop/a>svc:shop/db')?.class).toBe('alone');
    expect(related.get('svc:shop/b>svc:shop/db')).toEqual({ class: 'unmeasured', siblings: 0 });
  });
});
