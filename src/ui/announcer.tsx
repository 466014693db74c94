/**
 * Says what changed so much that one must hear of it, to whoever cannot see it: one polite live region, at most a message
 * every few seconds. What is worth saying is decided in insight/.
 */
import { memo, useEffect, useRef, useState } from 'react';
import type { Picture } from '../graph/marks';
import { materialChanges, type Situation } from '../insight/material';

interface AnnouncerProps {
  filters: string;
  verdict: { verdict: string; sentence: string } | undefined;
  picture: Picture | undefined;
  lost: string | undefined;
  truncated: boolean;
}

/** Long enough to be heard to the end; what comes meanwhile is said together, if it still holds then. */
const EVERY_MS = 8_000;

export const Announcer = memo(function Announcer({
  filters,
  verdict,
  picture,
  lost,
  truncated,
}: AnnouncerProps) {
  const [said, setSaid] = useState({ number: 0, text: '' });
  const latest = useRef<Situation>(undefined);
  const told = useRef<Situation>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const speak = useRef(() => {
    timer.current = undefined;
    const now = latest.current;
    if (now === undefined) return;
    const news = told.current === undefined ? [] : materialChanges(told.current, now);
    told.current = now;
    if (news.length === 0) return;
    setSaid(({ number }) => ({ number: number + 1, text: news.join(' ') }));
    timer.current = setTimeout(speak.current, EVERY_MS);
  });
  useEffect(() => {
    if (picture === undefined && lost === undefined) return;
    const labels = new Map(picture?.peers.map(({ id, label }) => [id, label]));
    latest.current = {
      filters,
      ...(verdict === undefined ? {} : { verdict: { name: verdict.verdict, sentence: verdict.sentence } }),
      links: picture?.links ?? [],
      nameOf: (peer) => labels.get(peer) ?? peer,
      ...(lost === undefined ? {} : { lost }),
      truncated,
    };
    if (timer.current === undefined) speak.current();
  }, [filters, verdict, picture, lost, truncated]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <p className="visually-hidden" role="status" aria-label="What changed">
      {/* A new element each time: the same words twice are two messages. */}
      <span key={said.number}>{said.text}</span>
    </p>
  );
});
