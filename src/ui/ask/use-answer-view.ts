/**
 * An answer shows itself: when the answer to a question that was just asked comes, the map takes on the view the answer
 * names. After that the view is the reader's again; a question that came by a link or by going back brought its view.
 */
import { useCallback, useEffect, useRef } from 'react';
import type { Reply } from '../../backstage/messages';
import { withoutDefaults } from '../../flows/query';
import type { AnswerView } from '../../insight/questions/answer';
import { DEFAULT_VIEW, type ViewState, type ViewStore } from '../../view/view-state';

/** Returns what is to be called when a question was asked. `amend` makes asking and showing one step of the history. */
export function useAnswerView(
  store: ViewStore,
  reply: Reply | undefined,
  amend: (change: () => void) => void,
): () => void {
  const awaited = useRef<ViewState['ask']>(undefined);
  useEffect(() => {
    const { ask } = store.getState();
    if (ask === undefined || reply === undefined || awaited.current !== ask) return;
    // The answer to the question before may still stand.
    if (reply.answer.id !== ask.question || JSON.stringify(reply.about) !== JSON.stringify(ask.about)) return;
    awaited.current = undefined;
    amend(() => store.setState((state) => viewFor(state, reply.answer.view), true));
  }, [store, reply, amend]);
  return useCallback(() => {
    awaited.current = store.getState().ask;
  }, [store]);
}

/**
 * What the answer does not name goes back to its default; theme, interval, the question itself and how much is asked for
 * stay: an answer over fewer flows than the reader had would be another answer.
 */
function viewFor(state: ViewState, view: AnswerView): ViewState {
  const { every, theme, hide, ask, query } = state;
  const limit = query.limit === undefined ? {} : { limit: query.limit };
  return {
    ...DEFAULT_VIEW,
    every,
    theme,
    hide,
    ...(ask === undefined ? {} : { ask }),
    query: withoutDefaults({ ...limit, ...view.query }),
    level: view.level,
    ...(view.focus === undefined ? {} : { focus: view.focus }),
    ...(view.depth === undefined ? {} : { depth: view.depth }),
    problems: view.problems ?? DEFAULT_VIEW.problems,
    min: view.min ?? DEFAULT_VIEW.min,
    colour: view.colour ?? DEFAULT_VIEW.colour,
    panel: view.panel ?? DEFAULT_VIEW.panel,
  };
}
