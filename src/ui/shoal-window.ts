/** `window.shoal`: the page's read-only face to tests, host pages and the curious (DESIGN §6). */
import type { ViewState } from '../view/view-state';

export interface ShoalWindow {
  /** Resolves when no request, layout, animation or redraw is pending. */
  whenIdle(): Promise<void>;
  /** What is drawn, in CSS px of the viewport; null before the first answer. */
  picture(): unknown;
  view(): ViewState;
}

declare global {
  interface Window {
    readonly shoal: ShoalWindow;
  }
}
