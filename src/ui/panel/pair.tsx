/** `client → server` in one line that shortens both names alike; a button, because a row one reads one wants to open. */
import { memo } from 'react';
import css from './side-panel.module.css';

interface PairProps {
  from: string;
  to: string;
  title?: string;
  onClick(): void;
}

export const Pair = memo(function Pair({ from, to, title, onClick }: PairProps) {
  return (
    <button
      type="button"
      className={css.pair}
      title={`${from} → ${to}${title === undefined ? '' : `\n${title}`}`}
      onClick={onClick}
    >
      <span>
        <bdi>{from}</bdi>
      </span>
      <span className={css.arrow}>→</span>
      <span>
        <bdi>{to}</bdi>
      </span>
    </button>
  );
});

interface NameProps {
  name: string;
  title: string;
  onClick(): void;
}

/** One name that opens something, shortened to what there is room for. */
export const Name = memo(function Name({ name, title, onClick }: NameProps) {
  return (
    <button type="button" className={css.pair} title={title} onClick={onClick}>
      <span>
        <bdi>{name}</bdi>
      </span>
    </button>
  );
});
