/**
 * Files that the reader opens on the page: the button that does not need a mouse, the place to drop them, how far
 * reading has come, and, for as long as they are open, that the page is not live.
 */
import { FileInput, FolderOpen } from 'lucide-react';
import { memo, useRef } from 'react';
import type { OpenedFiles, Opening } from '../backstage/messages';
import { type Bytes, formatBytes, formatCount, formatSpan } from '../flows/units';
import { Glyph } from './glyph';
import css from './opened-files.module.css';

/** What can be opened, for the file chooser: a hint only, since files are told by how they begin. */
const ACCEPT = '.pcap,.pcapng,.cap,.json,.jsonl,.gz';

interface OpenButtonProps {
  className: string | undefined;
  onFiles(files: File[]): void;
}

/** Drawn once: an input that is drawn anew makes the browser lay the whole page out. */
export const OpenButton = memo(function OpenButton({ className, onFiles }: OpenButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        title="Open captures, recordings, saved answers, an inventory or a baseline (or drop them on the page)"
        aria-label="Open files"
        onClick={() => input.current?.click()}
      >
        <Glyph of={FolderOpen} size={16} />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPT}
        aria-label="Files to open"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file may be chosen again after it was mended.
          event.target.value = '';
        }}
      />
    </>
  );
});

/** Shown while files are held over the page. */
export function DropHint() {
  return (
    <div className={css.hint} aria-hidden="true">
      <div>
        <FileInput size={28} />
        <strong>Drop to open</strong>
        <span>Captures, recordings, saved answers, an inventory, a baseline. They stay in this browser.</span>
      </div>
    </div>
  );
}

interface OpenedNoticeProps {
  opened: OpenedFiles | undefined;
  opening: Opening | undefined;
  onStop(): void;
  /** Back to the server's flows; undefined where there is no server. */
  onClose: (() => void) | undefined;
}

export function OpenedNotice({ opened, opening, onStop, onClose }: OpenedNoticeProps) {
  // Past reading there is only going back.
  if (opening !== undefined)
    return <Progress opening={opening} onStop={opening.unit === 'bytes' ? onStop : (onClose ?? onStop)} />;
  if (opened === undefined) return null;
  const { flows, inventory, notes } = opened;
  return (
    <section
      className={css.opened}
      data-opened={flows === undefined ? 'inventory' : 'flows'}
      aria-label="Opened files"
    >
      <p role="status">
        {flows === undefined ? null : (
          <>
            <strong>Not live.</strong> Flows are from <bdi>{flows.label}</bdi>,{' '}
            {onClose === undefined ? 'held in this file' : 'opened on this page'}:{' '}
            {flows.moments === 1 ? 'one moment' : `${formatCount(flows.moments)} moments`},{' '}
            {formatSpan(flows.fromMs, flows.toMs)}.{' '}
          </>
        )}
        {inventory === undefined ? null : (
          <>
            Inventory <bdi>{inventory.names.join(', ')}</bdi>: {formatCount(inventory.pods)} pods,{' '}
            {formatCount(inventory.services)} services, {formatCount(inventory.nodes)} nodes
            {flows === undefined ? ', beside the live flows' : ''}.
          </>
        )}
        {onClose === undefined ? null : (
          <button type="button" onClick={onClose}>
            {flows === undefined ? 'Remove it' : 'Close the files'}
          </button>
        )}
      </p>
      <Notes notes={notes} />
    </section>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <details className={css.notes} open={notes.length === 1}>
      <summary>
        {notes.length === 1
          ? 'One thing was left out'
          : `${formatCount(notes.length)} things about these files`}
      </summary>
      <ul>
        {notes.map((note) => (
          <li key={note}>
            <bdi>{note}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Progress({ opening: { name, done, all, unit }, onStop }: { opening: Opening; onStop(): void }) {
  const told = (value: number) => (unit === 'bytes' ? formatBytes(value as Bytes) : formatCount(value));
  return (
    <section className={css.opened} data-opened="reading" aria-label="Opening files">
      <p className={css.progress}>
        <span>
          {unit === 'bytes' ? 'Reading' : 'Going through'} <bdi>{name}</bdi>
        </span>
        <progress value={done} max={all} aria-label={`Reading ${name}`} />
        <span className={css.quiet}>
          {told(done)} of {told(all)}
          {unit === 'bytes' ? '' : ' moments'}
        </span>
        <button type="button" onClick={onStop}>
          Cancel
        </button>
      </p>
    </section>
  );
}
