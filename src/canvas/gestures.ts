/**
 * Whether the reader's hand is on the map. Everything that can wait (a new picture, sharp marks) waits until it rests.
 * Knows the engine's events; refuses to know what waits.
 */
import type cytoscape from 'cytoscape';

export interface Gestures {
  /** Panning, zooming or dragging a peer, and shortly after. */
  isBusy(): boolean;
  /** Whether a finger or a button is down: for how long only the reader knows. */
  isHeld(): boolean;
  /** A gesture that is not the engine's went on. */
  step(): void;
  /** Moves the camera without it being a gesture, and calls it a rest. */
  quietly(move: () => void): void;
  destroy(): void;
}

interface Steps {
  start(): void;
  /** The camera moved; `byHand` unless the page set it. */
  move(byHand: boolean): void;
  rest(): void;
}

/** How long after the last step of a wheel or a pan the camera counts as at rest. */
export const REST_MS = 120;

const ENDS = ['pointerup', 'pointercancel', 'blur'] as const;

export function createGestures(engine: cytoscape.Core, on: Steps): Gestures {
  let resting: ReturnType<typeof setTimeout> | undefined;
  let held = false;
  let moved = false;
  let quiet = false;

  const isBusy = () => resting !== undefined || (held && moved);
  const rest = () => {
    clearTimeout(resting);
    resting = undefined;
    if (!isBusy()) on.rest();
  };
  const wait = () => {
    clearTimeout(resting);
    resting = setTimeout(rest, REST_MS);
  };
  const step = () => {
    if (!isBusy()) on.start();
    moved = true;
    wait();
  };

  engine.on('viewport', () => {
    if (!quiet) step();
    on.move(!quiet);
  });
  engine.on('drag', 'node', step);
  engine.on('tapstart', () => {
    held = true;
    moved = false;
  });
  const release = () => {
    if (held && moved) wait();
    held = false;
  };
  engine.on('tapend', release);
  // A touch that the browser takes over, or a window that loses the pointer, ends without a word from the engine.
  for (const end of ENDS) window.addEventListener(end, release);

  return {
    isBusy,
    isHeld: () => held,
    step,
    quietly(move) {
      quiet = true;
      move();
      quiet = false;
      rest();
    },
    destroy() {
      clearTimeout(resting);
      for (const end of ENDS) window.removeEventListener(end, release);
    },
  };
}
