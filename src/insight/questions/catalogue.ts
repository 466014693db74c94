/**
 * The questions, in the contract's own words where it has them: what each is called, what it is about. Knows no
 * answers (answer-question.ts finds them).
 */
import type { SubjectKind } from './answer';

export interface Question {
  id: number;
  /** The wording; `{}` is where the subject stands. */
  words: string;
  /** What may stand there; the first is what a palette asks for. */
  takes: readonly SubjectKind[];
  /** A section of the palette: the contract's own headings. */
  group: 'Dependencies' | 'Security' | 'Traffic' | 'Workloads' | 'Network health';
  /** Other words that somebody looks for it by. */
  means?: string;
  /** Needed to say anything at all. */
  needs?: 'inventory' | 'history';
}

const PEER: readonly SubjectKind[] = ['peer', 'namespace'];
const DESTINATION: readonly SubjectKind[] = ['peer', 'namespace', 'port'];
const NONE: readonly SubjectKind[] = ['none'];

export const QUESTIONS: readonly Question[] = [
  { id: 1, words: 'What services does {} depend on?', takes: PEER, group: 'Dependencies' },
  { id: 2, words: 'Generate a dependency graph for {}', takes: ['peer'], group: 'Dependencies' },
  { id: 3, words: 'Which pods communicate with {}?', takes: DESTINATION, group: 'Dependencies' },
  { id: 4, words: 'Show all cross-namespace traffic', takes: NONE, group: 'Security' },
  {
    id: 5,
    words: 'What’s connecting to {}?',
    takes: DESTINATION,
    group: 'Security',
    means: 'depends callers',
  },
  {
    id: 6,
    words: 'Are there any unexpected connections to sensitive namespaces?',
    takes: NONE,
    group: 'Security',
  },
  { id: 7, words: 'Which connections use the most bandwidth?', takes: NONE, group: 'Traffic' },
  { id: 8, words: 'Top 10 flows by packet rate', takes: NONE, group: 'Traffic' },
  { id: 9, words: 'How much traffic is going to external IPs?', takes: NONE, group: 'Traffic' },
  { id: 10, words: 'Which pods are actively communicating right now?', takes: NONE, group: 'Workloads' },
  { id: 11, words: 'What namespaces have traffic flowing?', takes: NONE, group: 'Workloads' },
  { id: 12, words: 'Is {} receiving any connections?', takes: DESTINATION, group: 'Workloads' },
  {
    id: 13,
    words: 'Show me TCP flows with handshake times over {} ms',
    takes: ['milliseconds'],
    group: 'Network health',
  },
  {
    id: 14,
    words: 'Which connections have elevated network latency?',
    takes: NONE,
    group: 'Network health',
  },
  {
    id: 15,
    words: 'Compare TCP handshake times across availability zones',
    takes: NONE,
    group: 'Network health',
    needs: 'inventory',
  },
  {
    id: 16,
    words: '{} is slow. Is it a network issue or application issue?',
    takes: ['peer'],
    group: 'Network health',
  },
  {
    id: 17,
    words: 'Are we paying a latency penalty for cross-AZ connections to {}?',
    takes: ['peer'],
    group: 'Network health',
    needs: 'inventory',
  },
  {
    id: 18,
    words: 'Users report intermittent timeouts to {}. What’s causing it?',
    takes: ['peer'],
    group: 'Network health',
  },
  {
    id: 19,
    words: 'Which network paths are congested during peak hours?',
    takes: NONE,
    group: 'Network health',
  },
  {
    id: 20,
    words: '{} is slower than other replicas connecting to the same server. Why?',
    takes: ['peer'],
    group: 'Network health',
  },
  {
    id: 21,
    words: 'Is the data of {} staying within our primary availability zone?',
    takes: ['namespace+zone'],
    group: 'Security',
    needs: 'inventory',
  },
  { id: 22, words: 'Which pods are idle?', takes: NONE, group: 'Workloads', needs: 'inventory' },
  { id: 23, words: 'Which services are active?', takes: NONE, group: 'Workloads' },
  { id: 24, words: 'What changed since {}?', takes: ['time'], group: 'Traffic', needs: 'history' },
];
