/** Saves what history keeps as a recording, which this page and `--recording` replay. */
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import type { TimePoint } from '../../backstage/times';
import { Glyph } from '../glyph';
import { saveFile } from '../save-file';

export function SaveRecording({ backstage, points }: { backstage: Backstage; points: readonly TimePoint[] }) {
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      const last = points.at(-1);
      const stamp = last === undefined ? '' : `-${new Date(last.atMs).toISOString().replace(/[:.]/g, '-')}`;
      saveFile(`shoal${stamp}.jsonl.gz`, await backstage.ask('recording', {}));
    } finally {
      setSaving(false);
    }
  };
  return (
    <button
      type="button"
      aria-label="Save as a recording"
      title={`Save these ${points.length} samples as a recording (.jsonl.gz)`}
      disabled={isSaving || points.length === 0}
      onClick={save}
    >
      <Glyph of={Download} size={13} />
    </button>
  );
}
