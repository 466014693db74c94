/**
 * What leaves the page of the present look: the report, and a picture for a room of its own. Knows what of the look is
 * told and what is only the screen's (its window, its zoom, where the map came to stand).
 */
import type { MeasureText } from '../graph/layout/labels';
import { composeScene, composeStill } from '../graph/still';
import { relateLinks } from '../insight/compare-siblings';
import type { Report as Diagnosis } from '../insight/diagnose';
import { createRedactor } from '../share/redaction';
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
  const { room, theme, nowMs, version, link, redact } = asked;
  const plain = composeScene(kept.answer, look, room, measure);
  const relative = look.colour === 'relative' ? [...relateLinks(plain.graph, zones)] : undefined;
  // What is grouped, folded and judged is decided by the true names; they give way afterwards.
  const redactor = redact ? createRedactor(kept.answer.flows, new Set(zones?.values())) : undefined;
  const redacted = redactor?.scene(plain, look);
  const { scene, view } = redacted ?? { scene: plain, view: look };
  const shades = relative && new Map(relative.map(([id, one]) => [redacted?.links.get(id) ?? id, one.class]));
  const report = makeReport({
    scene,
    view,
    colour: look.colour,
    shades,
    query: redactor?.query(kept.query) ?? kept.query,
    source: kept.source === undefined ? undefined : (redactor?.source(kept.source) ?? kept.source),
    atMs: kept.atMs,
    nowMs,
    summary: kept.summary,
    diagnosis: diagnosis && {
      ...diagnosis,
      sentence: redactor?.text(diagnosis.sentence) ?? diagnosis.sentence,
    },
    version,
    // The page names the level that its own window chose; whoever follows the card's link should find what the card shows.
    link: look.level === undefined ? link?.replace(/([?&]level=)[^&#]*/, `$1${plain.graph.level}`) : link,
    redacted: redact,
  });
  const around = view.focus?.peer ?? view.path?.from;
  return { report, still: composeStill({ scene, around, room, theme, measure, shades }) };
}
