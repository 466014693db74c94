/** Data quality: how far what is on screen can be believed, each fact with what it means; findings first. */
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { formatCount, formatShare } from '../../flows/units';
import type { Quality } from '../../insight/quality';
import type { QualityFact } from '../../insight/quality-facts';
import css from './side-panel.module.css';

export function QualityPanel({ quality }: { quality: Quality }) {
  const findings = quality.facts.filter(({ severity }) => severity !== 'info');
  const facts = quality.facts.filter(({ severity }) => severity === 'info');
  return (
    <>
      <h2 className={css.title}>Can this be believed?</h2>
      {findings.length === 0 ? (
        <p className={css.note}>Nothing in these rows makes the map less than it seems.</p>
      ) : (
        findings.map((fact) => <Fact key={fact.id} fact={fact} />)
      )}
      <h3 className={css.minor}>How the rows are</h3>
      {facts.map((fact) => (
        <Fact key={fact.id} fact={fact} />
      ))}
    </>
  );
}

function Fact({ fact: { id, label, value, of, sentence, severity, example } }: { fact: QualityFact }) {
  const Icon = severity === 'info' ? CircleCheck : TriangleAlert;
  return (
    <article className={css.card} data-quality={id} data-severity={severity}>
      <h3>
        <Icon size={13} aria-hidden="true" /> {label}:{' '}
        {of === 0 ? '—' : `${formatCount(value)} of ${formatCount(of)} (${formatShare(value, of)})`}
      </h3>
      <p className={css.note}>
        <bdi>{sentence}</bdi>
      </p>
      {example === undefined ? null : (
        <p className={css.note}>
          For example: <bdi>{example}</bdi>
        </p>
      )}
    </article>
  );
}
