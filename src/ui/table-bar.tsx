/**
 * The line above a table: how many rows there are, and the file to take them away in.
 * Knows how a browser is handed a file; the text of the file is made by share/, and only when asked for.
 */
import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import styles from './flow-table.module.css';

/** Long enough for a slow disk to have begun reading; the memory goes free afterwards. */
const KEEP_FILE_MS = 30_000;

export interface TableBarProps {
  children: ReactNode;
  fileName: string;
  /** The file, made when asked for; that may fail, which is said beside the button. */
  file(): Promise<Blob | undefined>;
}

export function TableBar({ children, fileName, file }: TableBarProps): ReactNode {
  const [state, setState] = useState<'idle' | 'making' | 'failed'>('idle');
  const download = (): void => {
    if (state === 'making') return;
    setState('making');
    file().then(
      (made) => {
        if (made !== undefined) saveFile(fileName, made);
        setState(made === undefined ? 'failed' : 'idle');
      },
      () => setState('failed'),
    );
  };
  return (
    <div className={styles.bar}>
      <p className={styles.count}>{children}</p>
      <p role="status" className={styles.failed}>
        {state === 'failed' ? 'The file could not be made. Try again.' : ''}
      </p>
      <button type="button" className={styles.download} aria-busy={state === 'making'} onClick={download}>
        <Download size={14} aria-hidden="true" />
        Download CSV
      </button>
    </div>
  );
}

function saveFile(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_FILE_MS);
}
