/**
 * A recording with pseudonyms instead of names, line by line, the same ones from the first to the last. Knows lines of
 * recordings (DESIGN §7); what a name is, is redaction.ts's.
 */
import { type Flow, flowKey } from '../flows/flow';
import { decodeAnswer, decodeSummary, encodeAnswer, encodeSummary } from '../flows/wire';
import { createRedactor } from './redaction';

interface Line {
  at: string;
  epoch?: string;
  rejected?: number;
  flows: unknown;
  summary?: unknown;
}

/** `lines` gives the recording from its beginning each time it is called: it is read twice. */
export function* redactLines(lines: () => Iterable<string>): Generator<string> {
  const flows = new Map<string, Flow>();
  for (const line of lines())
    for (const flow of answerOf(JSON.parse(line) as Line).flows) flows.set(flowKey(flow), flow);
  const redactor = createRedactor([...flows.values()]);
  for (const text of lines()) {
    const line = JSON.parse(text) as Line;
    const answer = answerOf(line);
    const { at, epoch, rejected, summary } = line;
    yield JSON.stringify({
      at,
      ...(epoch === undefined ? {} : { epoch }),
      ...(rejected === undefined ? {} : { rejected }),
      flows: encodeAnswer({ ...answer, flows: answer.flows.map(redactor.flow) }, 'full'),
      ...(summary === undefined ? {} : { summary: encodeSummary(redactor.summary(decodeSummary(summary))) }),
    });
  }
}

const answerOf = ({ flows }: Line) => decodeAnswer(flows);
