/**
 * An answer shows itself: the first time a question's answer comes, the map takes on the view the answer names. After
 * that the view is the reader's again, also when the page was opened by a link that holds both.
 */
import { useEffect, useRef } from 'react';
import type { Reply } from '../../backstage/messages';
import { withoutDefaults } from '../../flows/query';
import type { AnswerView } from '../../insight/questions/answer';
import { DEFAULT_VIEW, type ViewState, type ViewStore } from '../../view/view-state';

export function useAnswerView(store: ViewStore, reply: Reply | undefined): void {
  // A question that stands when the page opens came with its view in the URL.
  const shown = useRef(store.getState().ask);
  useEffect(() => {
    const { ask } = store.getState();
    if (ask === undefined) shown.current = undefined;
    if (ask === undefined || reply === undefined || shown.current === ask) return;
    // The answer to the question before may still stand.
    if (reply.answer.id !== ask.question || JSON.stringify(reply.subject) !== JSON.stringify(ask.about))
      return;
    shown.current = ask;
    store.setState((state) => viewFor(state, reply.answer.view), true);
  }, [store, reply]);
}

/** What the answer does not name goes back to its default; theme, interval and the question itself stay. */
function viewFor(state: ViewState, view: AnswerView): ViewState {
  const { every, theme, hide, ask } = state;
  return {
    ...DEFAULT_VIEW,
    every,
    theme,
    hide,
    ...(ask === undefined ? {} : { ask }),
    query: withoutDefaults(view.query),
    level: view.level,
    ...(view.focus === undefined ? {} : { focus: view.focus }),
    ...(view.depth === undefined ? {} : { depth: view.depth }),
    problems: view.problems ?? DEFAULT_VIEW.problems,
    min: view.min ?? DEFAULT_VIEW.min,
    colour: view.colour ?? DEFAULT_VIEW.colour,
    panel: view.panel ?? DEFAULT_VIEW.panel,
  };
}
