/**
 * The card of one click: drawn, saved, and told what came of it. Loaded when it is first asked for.
 */
import type { Theme } from '../../graph/palette';
import { saveFile } from '../save-file';
import { type Card, type CardSource, drawCard } from './draw-card';
import { isFramed } from './hand-over';

/** What came of an errand, for the line that says it. */
export interface ShareNews {
  text: string;
  tone: 'good' | 'bad';
}

/** The card for a chat channel, as large as it is read there. */
export const makeChatCard = (source: CardSource, theme: Theme): Promise<Card> =>
  drawCard(source, { widthPx: 0, theme, redact: false });

/** Never rejects. `isShown`: the picture itself must be shown, as nothing else may have worked. */
export async function saveCard(
  making: Promise<Card>,
  copying: Promise<boolean>,
): Promise<{ news: ShareNews; isShown: boolean }> {
  try {
    const { file, report } = await making;
    const name = `shoal-${stamp(report.at)}.png`;
    saveFile(name, file);
    if (await copying) {
      const text = `The card is on the clipboard, and saved as ${name}.`;
      return { news: { text, tone: 'good' }, isShown: false };
    }
    const text = `The browser refused the clipboard. The card is saved as ${name}.`;
    // A frame may refuse downloads as silently.
    return { news: { text, tone: 'bad' }, isShown: isFramed() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { news: { text, tone: 'bad' }, isShown: false };
  }
}

/** A time as part of a file's name. */
export const stamp = (iso: string): string => iso.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
