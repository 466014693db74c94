/**
 * The rows of the flow table that are in sight, fetched from backstage by the page, kept until newer ones are there:
 * a poll swaps figures in place and never blanks the table.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Backstage } from '../backstage/backstage';
import type { RowSort, TableRow } from '../backstage/messages';

/** Rows fetched at a time: a screenful with what is drawn beyond it. */
const PAGE = 100;

export interface RowsInSight {
  total: number;
  at(index: number): TableRow | undefined;
  onSight(from: number, to: number): void;
}

/** `version` changes when the rows may have changed. */
export function useRows(
  backstage: Backstage,
  version: number | undefined,
  sort: RowSort,
  descending: boolean,
): RowsInSight {
  const [kept, setKept] = useState<{ order: string; total: number; pages: ReadonlyMap<number, TableRow[]> }>({
    order: '',
    total: 0,
    pages: new Map(),
  });
  const [sight, setSight] = useState({ from: 0, to: 1 });
  const onSight = useCallback((from: number, to: number) => {
    const next = { from: Math.floor(from / PAGE), to: Math.ceil(to / PAGE) };
    setSight((known) => (known.from === next.from && known.to === next.to ? known : next));
  }, []);
  const order = `${sort} ${descending}`;
  // Which pages are of the present version: the others are shown until they are replaced.
  const fresh = useRef({ key: '', pages: new Set<number>() });
  useEffect(() => {
    if (version === undefined) return;
    const key = `${version} ${order}`;
    if (fresh.current.key !== key) fresh.current = { key, pages: new Set() };
    for (let page = sight.from; page < sight.to; page++) {
      if (fresh.current.pages.has(page)) continue;
      fresh.current.pages.add(page);
      backstage.ask('rows', { sort, descending, from: page * PAGE, count: PAGE }).then((came) => {
        if (came === undefined || fresh.current.key !== key) return;
        setKept((known) => {
          const pages = new Map(known.order === order ? known.pages : []);
          return { order, total: came.total, pages: pages.set(page, came.rows) };
        });
      });
    }
  }, [backstage, version, sort, descending, order, sight]);
  return {
    total: kept.total,
    at: (index) => kept.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    onSight,
  };
}
