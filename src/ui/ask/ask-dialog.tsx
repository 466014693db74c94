/**
 * The palette of questions, in the contract's own words: type to find one, Enter, then type what it is about, Enter.
 * A native dialog around a combobox by the book; what can be asked is insight's, what it is about comes from backstage.
 */
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import { QUESTIONS, type Question } from '../../insight/questions/catalogue';
import css from './ask-dialog.module.css';
import { findQuestions, type SubjectChoice, subjectChoices } from './choices';
import type { TypedAhead } from './typed-ahead';

type About = Readonly<Record<string, string | number>>;

interface AskDialogProps {
  backstage: Backstage;
  /** The peer that is selected on the map: what one most likely asks about. */
  selected: string | undefined;
  /** The newest sample's own time: "5 minutes ago" is before it, also in a recording. */
  nowMs: number;
  typed: TypedAhead;
  onAsk(question: number, about: About): void;
  onClose(): void;
}

export function AskDialog({ backstage, selected, nowMs, typed, onAsk, onClose }: AskDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [question, setQuestion] = useState<Question>();
  const subjects = useSubjects(backstage, question, text, selected, nowMs);
  // Before the browser hands over another key: what was typed until now, and from now on to the field.
  useLayoutEffect(() => {
    dialog.current?.showModal();
    setText(typed.take());
  }, [typed]);

  const ask = (asked: Question, about: About) => {
    dialog.current?.close();
    onAsk(asked.id, about);
  };
  const choose = (next: Question) => {
    if (next.takes.includes('none')) {
      ask(next, {});
      return;
    }
    setQuestion(next);
    setText('');
    setAt(0);
    input.current?.focus();
  };
  const options =
    question === undefined
      ? findQuestions(QUESTIONS, text).map((one) => ({
          key: String(one.id),
          label: one.words.replace('{}', '…'),
          note: one.group,
          pick: () => choose(one),
        }))
      : subjects.map((one) => ({
          key: one.key,
          label: one.label,
          note: one.note,
          pick: () => ask(question, one.about),
        }));
  const active = Math.min(at, options.length - 1);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the key for it is Escape, which the dialog has of itself.
    <dialog
      ref={dialog}
      className={css.dialog}
      aria-label="Ask"
      onClose={onClose}
      onClick={(event) => {
        // A click on the backdrop is a click on the dialog itself.
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div className={css.inside}>
        {question === undefined ? null : (
          <p className={css.question}>
            <button
              type="button"
              onClick={() => {
                setQuestion(undefined);
                setText('');
                input.current?.focus();
              }}
            >
              ← All questions
            </button>
            {question.words.replace('{}', '…')}
          </p>
        )}
        <input
          ref={input}
          role="combobox"
          aria-label={question === undefined ? 'Ask a question' : 'What is it about?'}
          aria-expanded={options.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active < 0 ? undefined : `${listId}-${active}`}
          placeholder={question === undefined ? 'Ask about the traffic…' : placeholderFor(question)}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt(Math.min(active + 1, options.length - 1));
            else if (event.key === 'ArrowUp') setAt(Math.max(active - 1, 0));
            else if (event.key === 'Enter') options[active]?.pick();
            else if (event.key === 'Backspace' && text === '' && question !== undefined)
              setQuestion(undefined);
            else return;
            event.preventDefault();
          }}
        />
        <div
          className={css.list}
          id={listId}
          role="listbox"
          aria-label={question === undefined ? 'Questions' : 'Subjects'}
        >
          {options.map((option, index) => (
            <div
              key={option.key}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              ref={(element) => {
                if (index === active) element?.scrollIntoView({ block: 'nearest' });
              }}
              onMouseDown={(event) => {
                event.preventDefault();
                option.pick();
              }}
            >
              <bdi>{option.label}</bdi>
              <span className={css.note}>{option.note}</span>
            </div>
          ))}
          {options.length === 0 ? <p>{nothingFound(question, text)}</p> : null}
        </div>
      </div>
    </dialog>
  );
}

function placeholderFor({ takes }: Question): string {
  switch (takes[0]) {
    case 'milliseconds':
      return 'Milliseconds, such as 10';
    case 'time':
      return 'How long ago, such as 5m, or a time in UTC';
    case 'namespace+zone':
      return 'Part of a namespace’s name';
    default:
      return takes.includes('port') ? 'Part of a name, or a port' : 'Part of a name';
  }
}

function nothingFound(question: Question | undefined, text: string): string {
  if (question === undefined) return 'No question has these words.';
  return text === '' ? 'Type what it is about.' : 'Nothing in these flows is called like that.';
}

/** What may stand in the question, as one types. Late replies to earlier texts are dropped. */
function useSubjects(
  backstage: Backstage,
  question: Question | undefined,
  text: string,
  selected: string | undefined,
  nowMs: number,
): readonly SubjectChoice[] {
  const [choices, setChoices] = useState<readonly SubjectChoice[]>([]);
  useEffect(() => {
    let isWanted = true;
    if (question === undefined) setChoices([]);
    else {
      backstage.ask('subjects', { text, takes: question.takes }).then((found) => {
        if (isWanted) setChoices(subjectChoices(question, text, found, selected, nowMs));
      });
    }
    return () => {
      isWanted = false;
    };
  }, [backstage, question, text, selected, nowMs]);
  return choices;
}
