/**
 * Everything that can leave the page, in one place: the card as it will look, the link, text for a ticket, files.
 * Says after each click what came of it; where the clipboard is refused, shows what was to be copied, selected.
 */
import {
  Braces,
  Clapperboard,
  Copy,
  Download,
  FileText,
  Link2,
  PackageOpen,
  PenTool,
  Sheet,
} from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import type { Backstage } from '../../backstage/backstage';
import type { Theme } from '../../graph/palette';
import { CHAT_PX, MOST_PX } from '../../share/card-layout';
import { reportMarkdown } from '../../share/report-markdown';
import type { Idle } from '../idle';
import { saveFile } from '../save-file';
import { stamp } from './card-errand';
import { copyPicture } from './copy-picture';
import { askReport, type Card, type CardSource, drawCard, drawSvg } from './draw-card';
import { copyText } from './hand-over';
import css from './share.module.css';
import { type SnapshotOf, takeSnapshot } from './take-snapshot';
import { OPENING } from './use-share';

interface ShareDialogProps {
  backstage: Backstage;
  idle: Idle;
  link: string;
  theme: Theme;
  /** What a snapshot would be of; undefined in a snapshot, which is one already. */
  snapshot: SnapshotOf | undefined;
  /** What could not be done before the dialog was opened. */
  problem: string | undefined;
  onClose(): void;
}

/** The chat card, and the whole map at sizes one asks for. */
const WIDTHS = [CHAT_PX, 4000, 6000, MOST_PX];

/** What a click led to; `text` is shown to be copied by hand. */
interface Outcome {
  says: string;
  isBad?: boolean;
  text?: string;
}

export function ShareDialog(props: ShareDialogProps) {
  const { backstage, idle, link, theme: pageTheme, snapshot, problem, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [theme, setTheme] = useState<Theme>(pageTheme);
  const [redact, setRedact] = useState(false);
  const [widthPx, setWidth] = useState(CHAT_PX);
  const [outcome, setOutcome] = useState<Outcome | undefined>(
    problem === undefined ? undefined : { says: problem, isBad: true },
  );
  const [isBusy, setBusy] = useState(false);
  const widths = useId();
  const source: CardSource = { backstage, link };
  const preview = usePreview(source, theme, redact, idle);

  useEffect(() => {
    dialog.current?.showModal();
    idle.busy(OPENING, false);
  }, [idle]);

  /** Runs one errand at a time; what goes wrong is said. */
  const run = (errand: () => Promise<Outcome>) => {
    setBusy(true);
    idle.busy('share', true);
    errand()
      .catch((error: unknown) => ({
        says: error instanceof Error ? error.message : String(error),
        isBad: true,
      }))
      .then(setOutcome)
      .finally(() => {
        setBusy(false);
        idle.busy('share', false);
      });
  };
  const choice = { widthPx, theme, redact };
  const makeCard = () => drawCard(source, choice);
  const withNote = (says: string, { size }: Card): Outcome => ({
    says: size.note === undefined ? says : `${says} ${size.note}`,
  });
  const saved = (name: string, file: Blob | undefined, what = ''): Outcome => {
    if (file === undefined) return { says: 'The file could not be made. Try again.', isBad: true };
    saveFile(name, file);
    return { says: `Saved as ${name}. ${what}`.trim() };
  };
  const copied = async (text: string, what: string): Promise<Outcome> =>
    (await copyText(text))
      ? { says: `${what} is on the clipboard.` }
      : {
          says: `The browser refused the clipboard: press Ctrl C to copy the text below.`,
          isBad: true,
          text,
        };
  const copyCard = () => {
    const making = makeCard();
    const copying = copyPicture(making.then(({ file }) => file));
    run(async () => {
      const card = await making;
      if (await copying) return withNote('The picture is on the clipboard.', card);
      const name = nameOf(card.report.at, 'png');
      saveFile(name, card.file);
      return {
        ...withNote(`The browser refused the clipboard. The picture is saved as ${name}.`, card),
        isBad: true,
      };
    });
  };

  return (
    <dialog ref={dialog} className={css.dialog} onClose={onClose} aria-labelledby="share-title">
      <header className={css.head}>
        <h2 id="share-title" className={css.title}>
          Share
        </h2>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </header>
      <div className={css.preview}>
        {preview === undefined ? (
          <p>Drawing the card…</p>
        ) : 'problem' in preview ? (
          <p>{preview.problem}</p>
        ) : (
          <img src={preview.url} alt={preview.alt} />
        )}
      </div>
      <div className={css.options}>
        <label title="3,200 px is the card for a chat; up to 8,000 px there is more room for the map">
          Width, px
          <input
            type="number"
            min={CHAT_PX}
            max={MOST_PX}
            step={100}
            list={widths}
            value={widthPx}
            onChange={(event) => setWidth(Number(event.target.value))}
          />
          <datalist id={widths}>
            {WIDTHS.map((px) => (
              <option key={px} value={px} />
            ))}
          </datalist>
        </label>
        <label>
          Colours
          <select
            value={theme}
            onChange={(event) => setTheme(event.target.value === 'light' ? 'light' : 'dark')}
          >
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
        <label title="Pseudonyms, the same throughout one export, and no link inside it">
          <input type="checkbox" checked={redact} onChange={(event) => setRedact(event.target.checked)} />
          Redact names and addresses
        </label>
      </div>
      <Row title="Picture" note="PNG, facts inside">
        <Button icon={<Copy size={15} aria-hidden="true" />} isBusy={isBusy} onClick={copyCard}>
          Copy picture
        </Button>
        <Button
          icon={<Download size={15} aria-hidden="true" />}
          isBusy={isBusy}
          onClick={() =>
            run(async () => {
              const card = await makeCard();
              const name = nameOf(card.report.at, 'png');
              saveFile(name, card.file);
              return withNote(`Saved as ${name}.`, card);
            })
          }
        >
          Save PNG
        </Button>
        <Button
          icon={<PenTool size={15} aria-hidden="true" />}
          isBusy={isBusy}
          onClick={() =>
            run(async () => {
              const card = await drawSvg(source, choice);
              return withNote(saved(nameOf(card.report.at, 'svg'), card.file).says, card);
            })
          }
        >
          Save SVG
        </Button>
      </Row>
      {redact || link === '' ? null : (
        <Row title="Link" note="to this very view">
          <input readOnly value={link} aria-label="Link" onFocus={(event) => event.target.select()} />
          <Button
            icon={<Link2 size={15} aria-hidden="true" />}
            isBusy={isBusy}
            onClick={() => run(() => copied(link, 'The link'))}
          >
            Copy link
          </Button>
        </Row>
      )}
      <Row title="Text and files" note="for a ticket">
        <Button
          icon={<FileText size={15} aria-hidden="true" />}
          isBusy={isBusy}
          onClick={() =>
            run(async () => copied(reportMarkdown(await askReport(source, redact)), 'The Markdown'))
          }
        >
          Copy Markdown
        </Button>
        <Button
          icon={<Braces size={15} aria-hidden="true" />}
          isBusy={isBusy}
          onClick={() =>
            run(async () => {
              const report = await askReport(source, redact);
              const text = `${JSON.stringify(report, null, 2)}\n`;
              return saved(nameOf(report.at, 'json'), new Blob([text], { type: 'application/json' }));
            })
          }
        >
          Save JSON
        </Button>
        <Button
          icon={<Sheet size={15} aria-hidden="true" />}
          isBusy={isBusy}
          onClick={() => run(async () => saved('shoal-flows.csv', await backstage.ask('csv', { redact })))}
        >
          Save CSV
        </Button>
      </Row>
      <Row title="Samples" note="to go through later">
        {snapshot === undefined ? null : (
          <Button
            icon={<PackageOpen size={15} aria-hidden="true" />}
            isBusy={isBusy}
            onClick={() =>
              run(async () => {
                const file = await takeSnapshot(backstage, snapshot, redact);
                const name = `shoal-${stamp(new Date().toISOString())}.shoal.html`;
                return saved(name, file, 'It opens in any browser, without a server.');
              })
            }
          >
            Save snapshot
          </Button>
        )}
        <Button
          icon={<Clapperboard size={15} aria-hidden="true" />}
          isBusy={isBusy}
          onClick={() =>
            run(async () => {
              const name = `shoal-${stamp(new Date().toISOString())}.jsonl.gz`;
              const file = await backstage.ask('recording', { redact });
              return saved(name, file, 'Open it here, or replay it with --recording.');
            })
          }
        >
          Save recording
        </Button>
      </Row>
      <p className={css.outcome} role="status" data-bad={outcome?.isBad || undefined}>
        {outcome?.says}
      </p>
      {outcome?.text === undefined ? null : <ByHand text={outcome.text} />}
    </dialog>
  );
}

const nameOf = (iso: string, ending: string): string => `shoal-${stamp(iso)}.${ending}`;

function Row({ title, note, children }: { title: string; note: string; children: ReactNode }) {
  return (
    <section className={css.row} aria-label={title}>
      <h3>
        {title} <small>{note}</small>
      </h3>
      <div className={css.actions}>{children}</div>
    </section>
  );
}

interface ButtonProps {
  icon: ReactNode;
  isBusy: boolean;
  onClick(): void;
  children: ReactNode;
}

function Button({ icon, isBusy, onClick, children }: ButtonProps) {
  return (
    <button type="button" aria-disabled={isBusy} onClick={() => (isBusy ? undefined : onClick())}>
      {icon} {children}
    </button>
  );
}

/** Selected at once: the reader has but to press the key. */
function ByHand({ text }: { text: string }) {
  const field = useCallback((element: HTMLTextAreaElement | null) => {
    element?.focus();
    element?.select();
  }, []);
  return (
    <textarea key={text} ref={field} className={css.byHand} readOnly value={text} aria-label="Text to copy" />
  );
}

type Preview = { url: string; alt: string } | { problem: string };

/** The chat card as it will look; the newest choice wins. */
function usePreview(
  { backstage, link }: CardSource,
  theme: Theme,
  redact: boolean,
  idle: Idle,
): Preview | undefined {
  const [preview, setPreview] = useState<Preview>();
  useEffect(() => {
    let url: string | undefined;
    let isOver = false;
    idle.busy('preview', true);
    drawCard({ backstage, link }, { widthPx: CHAT_PX, theme, redact })
      .then(
        ({ file, report }) => {
          if (isOver) return;
          url = URL.createObjectURL(file);
          setPreview({ url, alt: `The card: ${report.verdict?.sentence ?? 'a map of flows'}` });
        },
        (error: unknown) => {
          if (!isOver) setPreview({ problem: error instanceof Error ? error.message : String(error) });
        },
      )
      .finally(() => {
        if (!isOver) idle.busy('preview', false);
      });
    return () => {
      isOver = true;
      idle.busy('preview', false);
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [backstage, link, theme, redact, idle]);
  return preview;
}
