/**
 * Dragging without dragging: four buttons that move the selected peer, or the map where none is selected. For hands that
 * cannot hold a button down while they move, and for switches and speech.
 */
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react';
import { DIRECTIONS, type Direction } from '../graph/walk';
import css from './map-stage.module.css';

interface MovePadProps {
  /** The name of the peer that moves; nothing: the map does. */
  peer: string | undefined;
  onMove(direction: Direction): void;
}

const ICONS = { left: ArrowLeft, right: ArrowRight, up: ArrowUp, down: ArrowDown };

export function MovePad({ peer, onMove }: MovePadProps) {
  return (
    <div className={css.pad} role="group" aria-label={peer === undefined ? 'Move the map' : `Move ${peer}`}>
      {DIRECTIONS.map((direction) => {
        const Icon = ICONS[direction];
        return (
          <button
            key={direction}
            type="button"
            data-direction={direction}
            aria-label={`Move ${peer ?? 'the map'} ${direction}`}
            title={`Move ${peer ?? 'the map'} ${direction}`}
            onClick={() => onMove(direction)}
          >
            <Icon size={15} aria-hidden="true" />
          </button>
        );
      })}
    </div>
  );
}
