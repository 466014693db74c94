/**
 * What leaves the page of the present look: the report, and a picture for a room of its own. Knows what of the look is
 * told and what is only the screen's (its window, its zoom, where the map came to stand).
 */
import type { MeasureText } from '../graph/layout/labels';
import { composeScene, composeStill } from '../graph/still';
import { relateLinks } from '../insight/compare-siblings';
import type { Report as Diagnosis } from '../insight/diagnose';
import { makeReport } from '../share/report';
import type { KeptAnswer } from './answers';
import type { CardAsk, CardParts, Look } from './messages';

interface Told {
  look: Look;
  kept: KeptAnswer;
  /** Undefined where paths cannot be judged. */
  diagnosis: Diagnosis | undefined;
  zones: ReadonlyMap<string, string> | undefined;
  measure: MeasureText;
}

export function makeCard({ look, kept, diagnosis, zones, measure }: Told, asked: CardAsk): CardParts {
  const { room, theme, nowMs, version, link } = asked;
  const scene = composeScene(kept.answer, look, room, measure);
  const shades =
    look.colour === 'relative'
      ? new Map([...relateLinks(scene.graph, zones)].map(([id, relative]) => [id, relative.class]))
      : undefined;
  const report = makeReport({
    scene,
    view: look,
    colour: look.colour,
    shades,
    query: kept.query,
    source: kept.source,
    atMs: kept.atMs,
    nowMs,
    summary: kept.summary,
    diagnosis,
    version,
    link,
  });
  const around = look.focus?.peer ?? look.path?.from;
  return { report, still: composeStill({ scene, around, room, theme, measure, shades }) };
}
