/**
 * The line above a table: how many rows there are, and the file to take them away in.
 * The file is made by share/, and only when asked for.
 */
import { Download } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import styles from './flow-table.module.css';
import { saveFile } from './save-file';

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
