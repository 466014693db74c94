/** What the palette offers for what was typed: questions by their words, subjects by kind. Pure. */
import type { Asks } from '../../backstage/messages';
import type { Question } from '../../insight/questions/catalogue';
import type { FoundSubject } from '../../insight/questions/subjects';

export interface SubjectChoice {
  key: string;
  label: string;
  note: string;
  about: Readonly<Record<string, string | number>>;
}

/** Words that say little, as a searcher types them; `x` stands for anything. */
const SMALL = new Set(
  'a an any are be do does for from how in is it of on or the to what which who with x'.split(' '),
);

/** Questions that have every typed word that says something, in whatever form; those that begin with the text first. */
export function findQuestions(questions: readonly Question[], text: string): Question[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/[^\p{L}\p{N}-]+/u).filter(Boolean);
  const telling = words.filter((word) => !SMALL.has(word));
  const sought = telling.length === 0 ? words : telling;
  const score = ({ id, words: sentence }: Question): number => {
    const said = sentence.toLowerCase();
    if (wanted === String(id)) return 0;
    return said.startsWith(wanted) ? 1 : said.includes(wanted) ? 2 : 3;
  };
  return questions
    .filter(({ id, words: sentence, group, means = '' }) => {
      const said = `${id} ${sentence} ${group} ${means}`.toLowerCase();
      return sought.every((word) => said.includes(stemOf(word)));
    })
    .sort((a, b) => score(a) - score(b) || a.id - b.id);
}

/** `depends`, `dependencies` and `depend` are one word here. */
const stemOf = (word: string): string =>
  word.length > 4 ? word.replace(/(encies|ency|ing|es|s)$/, '') : word;

const MINUTE_MS = 60_000;
const UNIT_MS: Record<string, number> = { s: 1000, m: MINUTE_MS, h: 60 * MINUTE_MS };
const USUAL_MILLISECONDS = [1, 10, 50, 100];
const USUAL_MINUTES = [1, 5, 15, 60];

/** Subjects of the kinds the question takes; `nowMs` gives "5 minutes ago" a meaning. */
export function subjectChoices(
  { takes }: Question,
  text: string,
  found: Asks['subjects']['reply'] | undefined,
  selected: string | undefined,
  nowMs: number,
): SubjectChoice[] {
  const typed = text.trim();
  if (takes.includes('milliseconds')) return millisecondChoices(typed);
  if (takes.includes('time')) return timeChoices(typed, nowMs);
  if (found === undefined) return [];
  if (takes.includes('namespace+zone')) {
    return found.subjects
      .filter(({ kind }) => kind === 'namespace')
      .flatMap(({ label }) =>
        found.zones.map((zone) => ({
          key: `${label} ${zone}`,
          label: `${label} in ${zone}`,
          note: 'namespace and zone',
          about: { namespace: label, zone },
        })),
      );
  }
  const chosen =
    takes.includes('peer') && typed === '' && selected !== undefined ? [selectedChoice(selected)] : [];
  return [...chosen, ...found.subjects.map(choiceOf)];
}

const selectedChoice = (peer: string): SubjectChoice => ({
  key: `selected ${peer}`,
  label: peer.slice(peer.indexOf(':') + 1),
  note: 'selected on the map',
  about: { peer },
});

function choiceOf({ subject, kind, label, namespace, silent }: FoundSubject): SubjectChoice {
  return {
    key: JSON.stringify(subject),
    label: namespace === undefined ? label : `${namespace}/${label}`,
    note: silent ? `${kind}, in no flow` : kind,
    about: { ...subject },
  };
}

function millisecondChoices(typed: string): SubjectChoice[] {
  const own = /^\d+(\.\d+)?$/.exec(typed) === null ? undefined : Number(typed);
  const list = own === undefined ? (typed === '' ? USUAL_MILLISECONDS : []) : [own];
  return list.map((milliseconds) => ({
    key: String(milliseconds),
    label: `${milliseconds} ms`,
    note: 'handshake',
    about: { milliseconds },
  }));
}

function timeChoices(typed: string, nowMs: number): SubjectChoice[] {
  const at = (since: number, label: string): SubjectChoice => ({
    key: label,
    label,
    note: new Date(since).toISOString().slice(0, 19).replace('T', ' '),
    about: { since },
  });
  if (typed === '')
    return USUAL_MINUTES.map((minutes) =>
      at(nowMs - minutes * MINUTE_MS, minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`),
    );
  const ago = /^(\d{1,4})\s*([smh])/.exec(typed);
  const unit = UNIT_MS[ago?.[2] ?? ''];
  if (ago !== null && unit !== undefined)
    return [at(nowMs - Number(ago[1]) * unit, `${ago[1]} ${ago[2]} ago`)];
  const time = Date.parse(/z$|[+-]\d\d:?\d\d$/i.test(typed) ? typed : `${typed}Z`);
  return Number.isNaN(time) ? [] : [at(time, typed)];
}
