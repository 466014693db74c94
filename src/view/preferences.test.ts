import { expect, it } from 'vitest';
import { createPreferences } from './preferences';

const storageWith = (kept: string | null) => {
  const held = { text: kept };
  const storage = {
    getItem: () => held.text,
    setItem: (_key: string, text: string) => {
      held.text = text;
    },
  } as unknown as Storage;
  return { storage, held };
};

it('are kept from page to page', () => {
  const { storage } = storageWith(null);
  createPreferences(storage).setState({ singleKeys: false });
  expect(createPreferences(storage).getState()).toEqual({ singleKeys: false });
});

it.each([null, '', 'nonsense', 'null', '7', '[]', '{}', '{"singleKeys":"no"}'])(
  'are the usual ones where what was kept is %j',
  (kept) => {
    expect(createPreferences(storageWith(kept).storage).getState()).toEqual({ singleKeys: true });
  },
);

it('hold for the page where nothing can be kept', () => {
  const refuse = () => {
    throw new Error('SecurityError');
  };
  const broken = { getItem: refuse, setItem: refuse } as unknown as Storage;
  for (const storage of [undefined, broken]) {
    const store = createPreferences(storage);
    store.setState({ singleKeys: false });
    expect(store.getState().singleKeys).toBe(false);
  }
});
