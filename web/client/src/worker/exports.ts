/**
 * Calls of the engine about taking everything out (vault/export.ts): one zip file, given as it is made.
 *
 * Owns the export that runs, of which there is one at most. The zip is made by client-zip; nothing of it is held but a few pieces.
 */
import { makeZip } from 'client-zip';
import { Cancelled } from '../api/errors.ts';
import type { ExportForm, ExportPlan, LeftOut } from '../ui/accountModels';
import {
  Export,
  exportSize,
  identityText,
  type ExportedJournal,
  type LeftOutVersion,
} from '../vault/export.ts';
import type { ExportWords } from '../vault/export_index.ts';
import { browserPatience } from '../vault/patience.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { answerPulls, larger } from './downloads.ts';
import { faultOf } from './outcome.ts';
import { paced } from './pace.ts';
import { nameOf } from './views.ts';
import type { Workplace } from './workplace.ts';

/** What a page asks for. `without`: documents that broke an earlier export. */
export interface WantedExport {
  readonly form: ExportForm;
  readonly words: ExportWords;
  readonly without: readonly string[];
}

/** `broken`: there is no file, because this document broke when a part of it was written. */
export interface ExportOutcome {
  readonly files: number;
  readonly failed: readonly LeftOut[];
  readonly identity?: string | undefined;
  readonly broken?: LeftOut | undefined;
}

/** How the page is asked for the journal in its reader's words, and told of what was given. */
export type AskJournal = () => Promise<ExportedJournal>;
export type ExportProgress = (done: number) => void;

const PIECE = 1 << 20;
const BLOB_PIECE = 8 << 20;

export function exportCalls(place: Workplace) {
  let stop = new AbortController();

  function begin(vault: OpenVault, wanted: WantedExport, journal: AskJournal, progress: ExportProgress) {
    stop.abort();
    stop = new AbortController();
    let done = 0;
    const tell = paced(progress);
    return new Export(vault, {
      age: wanted.form === 'age',
      words: wanted.words,
      journal,
      without: new Set(wanted.without),
      signal: stop.signal,
      patience: browserPatience,
      authorOf: ({ metadata, version }) => nameOf(vault, version.manifest.author) ?? metadata.author,
      advance: (bytes) => tell((done += bytes)),
    });
  }

  return {
    async plan(): Promise<ExportPlan> {
      return exportSize(await place.freshOwn());
    },

    /** Answers what the port asks for, to the end. Null, and nothing was given, when nobody asks. */
    async stream(
      wanted: WantedExport,
      port: MessagePort,
      journal: AskJournal,
      progress: ExportProgress,
    ): Promise<ExportOutcome | null> {
      const running = begin(await place.freshOwn(), wanted, journal, progress);
      const mine = stop;
      try {
        const taken = await answerPulls(port, larger(zipOf(running), PIECE), mine);
        return taken ? outcomeOf(running) : null;
      } catch (thrown) {
        return brokenOutcome(running, thrown, mine.signal);
      }
    },

    /** The same where the browser cannot stream: kept by it in pieces, outside of this memory. */
    async collect(
      wanted: WantedExport,
      journal: AskJournal,
      progress: ExportProgress,
    ): Promise<{ readonly outcome: ExportOutcome; readonly zip?: Blob | undefined }> {
      const running = begin(await place.freshOwn(), wanted, journal, progress);
      const mine = stop;
      const blobs: Blob[] = [];
      try {
        for await (const piece of larger(zipOf(running), BLOB_PIECE)) {
          if (mine.signal.aborted) throw new Cancelled();
          blobs.push(new Blob([piece]));
        }
        return { outcome: outcomeOf(running), zip: new Blob(blobs, { type: 'application/zip' }) };
      } catch (thrown) {
        return { outcome: brokenOutcome(running, thrown, mine.signal) };
      }
    },

    async cancel(): Promise<void> {
      stop.abort();
      return Promise.resolve();
    },
  };
}

async function* zipOf(running: Export): AsyncGenerator<Uint8Array> {
  const reader = makeZip(running.entries()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops reading leaves the rest to itself.
    reader.cancel().catch(() => undefined);
  }
}

function outcomeOf({ files, failed, identity }: Export): ExportOutcome {
  return {
    files,
    failed: failed.map(viewOf),
    ...(identity === undefined ? {} : { identity: identityText(identity) }),
  };
}

function brokenOutcome(running: Export, thrown: unknown, signal: AbortSignal): ExportOutcome {
  if (signal.aborted) throw new Cancelled();
  if (running.broken === undefined) throw thrown;
  return { files: 0, failed: [], broken: viewOf(running.broken) };
}

function viewOf({ document, title, thrown }: LeftOutVersion): LeftOut {
  return { document, title, error: faultOf(thrown).code };
}
