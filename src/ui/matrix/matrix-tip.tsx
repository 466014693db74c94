/** The tip beside the pointer or the cursor: what the cell holds, or the figures of the peer whose heading it is. */
import type { Backstage } from '../../backstage/backstage';
import { cellAt, type Matrix, type MatrixPlace } from '../../graph/matrix';
import { MapHover } from '../map-hover';
import tip from '../styles/tip.module.css';
import css from './matrix-stage.module.css';
import { healthWords, peerWords, trafficWords } from './matrix-words';

interface MatrixTipProps {
  backstage: Backstage;
  matrix: Matrix;
  place: MatrixPlace;
  x: number;
  y: number;
  room: { width: number; height: number };
}

/** From the pointer, px. */
const AWAY = 14;

export function MatrixTip({ backstage, matrix, place, x, y, room }: MatrixTipProps) {
  const from = place.row === undefined ? undefined : matrix.peers[place.row];
  const to = place.column === undefined ? undefined : matrix.peers[place.column];
  if (from === undefined || to === undefined) {
    const named = from ?? to;
    return named === undefined ? null : <MapHover backstage={backstage} hover={{ peer: named.id, x, y }} />;
  }
  const link = cellAt(matrix, place)?.link;
  const across = x > room.width / 2 ? { right: room.width - x + AWAY } : { left: x + AWAY };
  const down = y > room.height / 2 ? { bottom: room.height - y + AWAY } : { top: y + AWAY };
  return (
    <div className={`${tip.tip} ${css.tip}`} style={{ ...across, ...down }} aria-hidden="true">
      <strong>
        {peerWords(from)} → {peerWords(to)}
      </strong>
      {link === undefined ? (
        <span>no link drawn</span>
      ) : (
        <>
          <span>{trafficWords(link)}</span>
          <span>{healthWords(link)}</span>
        </>
      )}
    </div>
  );
}
