/**
 * Suggested NetworkPolicies as a YAML file, every rule under a comment with its evidence. The only file that knows the
 * yaml package. Names come from the cluster: a comment stays a comment, and text stays text for readers of YAML 1.1 too.
 */
import { Document, isNode } from 'yaml';
import type { PolicySuggestion, SuggestedPolicy } from '../insight/policy';

/** Comments longer than this would be wrapped by whoever reads them. */
const COMMENT_WIDTH = 110;

/** The file's text; a document a policy. What cannot be suggested is the sentence that says why, as a comment. */
export function policyYaml(suggestion: PolicySuggestion): string {
  if ('problem' in suggestion) return `${comment([suggestion.problem], '#')}\n`;
  const { namespace, notes, policies } = suggestion;
  const head = comment([`NetworkPolicies for namespace ${namespace}, suggested by Shoal.`, ...notes], '#');
  if (policies.length === 0) return `${head}\n`;
  return `${head}\n${policies.map((policy) => `---\n${documentOf(policy)}`).join('')}`;
}

function documentOf({ policy, notes, ingressNotes, egressNotes }: SuggestedPolicy): string {
  // kubectl reads YAML 1.1, where a bare `yes` or `1:20` is no text: strings are quoted by its rules.
  const document = new Document(policy, { version: '1.1', aliasDuplicateObjects: false });
  document.commentBefore = comment(notes, '');
  for (const [direction, lists] of [
    ['ingress', ingressNotes],
    ['egress', egressNotes],
  ] as const) {
    lists.forEach((lines, index) => {
      const rule = document.getIn(['spec', direction, index], true);
      if (isNode(rule)) rule.commentBefore = comment(lines, '');
    });
  }
  return document.toString({ lineWidth: 0, directives: false });
}

/** Lines of a comment: no control character ends one early, long ones are broken at spaces. */
function comment(sentences: readonly string[], mark: string): string {
  return sentences
    .flatMap((sentence) => wrap(inert(sentence)))
    .map((line) => `${mark} ${line}`)
    .join('\n');
}

// Line breaks of every kind, other controls, and what turns the writing around.
const inert = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g, ' ');

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > COMMENT_WIDTH) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
