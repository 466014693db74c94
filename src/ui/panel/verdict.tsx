/** The verdict on the network in one sentence, with its tone; what it rests on is the health panel's. */
import { CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Report, Verdict as VerdictName } from '../../insight/diagnose';
import { Glyph } from '../glyph';
import css from './verdict.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'unknown';

const TONE: Record<VerdictName, Tone> = {
  fine: 'good',
  borderline: 'warn',
  'cross-zone': 'warn',
  source: 'bad',
  node: 'bad',
  target: 'bad',
  path: 'bad',
  cluster: 'bad',
  failed: 'bad',
  'too-little': 'unknown',
};
const ICON = { good: CircleCheck, warn: TriangleAlert, bad: TriangleAlert, unknown: CircleHelp };

export function Verdict({ report, children }: { report: Report; children?: ReactNode }) {
  const tone = TONE[report.verdict];
  const Icon = ICON[tone];
  return (
    <div className={css.verdict} data-tone={tone} data-verdict={report.verdict}>
      <Glyph of={Icon} size={16} />
      <p>
        <bdi>{report.sentence}</bdi> {children}
      </p>
    </div>
  );
}
