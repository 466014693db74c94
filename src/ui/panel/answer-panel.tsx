/**
 * The answer to a question: a sentence with figures, the table behind it, what is not known, and ways to take it along.
 * It follows the flows: a poll later it is the answer to the same question then.
 */
import { useState } from 'react';
import type { QuestionAnswer } from '../../insight/questions/answer';
import { toMarkdown } from '../../insight/questions/markdown';
import { formatCell } from '../../insight/questions/wording';
import { select, type ViewStore } from '../../view/view-state';
import { useFirst } from './lists';
import css from './side-panel.module.css';

export function AnswerPanel({ store, answer }: { store: ViewStore; answer: QuestionAnswer }) {
  const { columns, figures, unknowns } = answer;
  const { rows, more } = useFirst(answer.rows);
  return (
    <article data-answer={answer.id}>
      <p className={css.note}>{answer.question}</p>
      <h2 className={css.sentence} role="status">
        <bdi>{answer.sentence}</bdi>
      </h2>
      {figures.length === 0 ? null : (
        <dl className={css.figures}>
          {figures.map((figure) => (
            <div className={css.figure} key={figure.label}>
              <dt>{figure.label}</dt>
              <dd data-value={figure.value ?? ''}>{formatCell(figure.value, figure.unit)}</dd>
            </div>
          ))}
        </dl>
      )}
      <TakeAlong answer={answer} />
      {answer.rows.length === 0 ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        <div className={css.scroller} tabIndex={0} role="group" aria-label="The table behind the answer">
          <table className={css.plain} data-table="answer">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.header} scope="col" data-align={column.align}>
                    {column.header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an answer's rows have no names of their own.
                <tr key={index}>
                  {row.cells.map((cell, at) => {
                    const { header = '', unit = 'text', align = 'start' } = columns[at] ?? {};
                    const text = formatCell(cell, unit);
                    return (
                      <td key={header} data-align={align} data-value={cell ?? ''}>
                        {at === 0 && row.select !== undefined ? (
                          <button
                            type="button"
                            className={css.pair}
                            title="Show on the map"
                            onClick={() => select(store, row.select ?? {})}
                          >
                            <bdi>{text}</bdi>
                          </button>
                        ) : (
                          <bdi>{text}</bdi>
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more}
      {unknowns.length === 0 ? null : (
        <section className={css.section} aria-label="Not known">
          <h3 className={css.minor}>Not known</h3>
          <ul className={css.evidence}>
            {unknowns.map((sentence) => (
              <li key={sentence}>
                <bdi>{sentence}</bdi>
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

/** Copies, and where the clipboard is refused shows the text to be selected. */
function TakeAlong({ answer }: { answer: QuestionAnswer }) {
  const [state, setState] = useState<{ what: string; refused?: string }>();
  const copy = (what: string, text: string) => {
    const refused = () => setState({ what, refused: text });
    if (navigator.clipboard === undefined) refused();
    else navigator.clipboard.writeText(text).then(() => setState({ what }), refused);
  };
  return (
    <>
      <div className={css.actions}>
        <button type="button" onClick={() => copy('Markdown', toMarkdown(answer, window.location.href))}>
          Copy as Markdown
        </button>
        <button type="button" onClick={() => copy('Link', window.location.href)}>
          Copy link
        </button>
        <span role="status" className={css.note}>
          {state === undefined
            ? ''
            : state.refused === undefined
              ? `${state.what} copied`
              : 'The browser refused the clipboard: select the text below.'}
        </span>
      </div>
      {state?.refused === undefined ? null : (
        <textarea className={css.copyText} readOnly rows={6} aria-label={state.what} value={state.refused} />
      )}
    </>
  );
}
