/**
 * Calls of the engine about documents on their way to the disk (vault/documents.ts, downloads/protocol.ts).
 *
 * Owns what is being downloaded. Pieces leave this worker only when they are verified; the last one only when the whole document
 * is the one that its metadata names. While the server is away a download waits, and then goes on where it stopped.
 */
import { concat, checkId, type DocumentId } from '../crypto/encoding.ts';
import { Cancelled } from '../api/errors.ts';
import type { PortAnswer, PortRequest } from '../downloads/protocol.ts';
import { openVersion, readVersion, type OpenedVersion } from '../vault/documents.ts';
import { latestVersion } from '../vault/ledger_state.ts';
import { browserPatience, type Patience } from '../vault/patience.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { Refusal } from './outcome.ts';
import { paced } from './pace.ts';
import type { Workplace } from './workplace.ts';

/** What the browser must know to save it. */
export interface DownloadFacts {
  readonly name: string;
  readonly size: number;
}

/** Bytes that were verified so far, and whether it waits for the server. */
export type DownloadProgress = (done: number, waiting: boolean) => void;

interface Running {
  readonly vault: OpenVault;
  readonly opened: OpenedVersion;
  readonly stop: AbortController;
}

const PIECE = 1 << 20;
const BLOB_PIECE = 8 << 20;
/** How long a browser may take to ask for the first piece. */
const PATIENCE = 15_000;

export function downloadCalls(place: Workplace) {
  const running = new Map<string, Running>();

  function find(download: string): Running {
    const found = running.get(download);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  }

  return {
    /** Leaves an access in the journal, once a download. `download` names it for the other calls. */
    async begin(download: string, vault: string, id: string): Promise<DownloadFacts> {
      const opened = await place.vault(vault);
      const document = await place.document(opened, checkId<DocumentId>(id));
      const version = await openVersion(opened, latestVersion(document));
      running.set(download, { vault: opened, opened: version, stop: new AbortController() });
      const { name, size } = version.metadata;
      return { name, size };
    },

    /** Answers what the port asks for, to the end. False, and nothing was given, when nobody asks. */
    async stream(download: string, port: MessagePort, progress: DownloadProgress): Promise<boolean> {
      const { vault, opened, stop } = find(download);
      const pieces = larger(read(vault, opened, stop.signal, progress), PIECE);
      const taken = await answerPulls(port, pieces, stop);
      if (taken) running.delete(download);
      return taken;
    },

    /** The same where the browser cannot stream: kept by it in pieces, outside of this memory. */
    async collect(download: string, progress: DownloadProgress): Promise<Blob> {
      const { vault, opened, stop } = find(download);
      const blobs: Blob[] = [];
      for await (const piece of larger(read(vault, opened, stop.signal, progress), BLOB_PIECE)) {
        blobs.push(new Blob([piece]));
      }
      running.delete(download);
      return new Blob(blobs, { type: 'application/octet-stream' });
    },

    async cancel(download: string): Promise<void> {
      running.get(download)?.stop.abort();
      running.delete(download);
      return Promise.resolve();
    },
  };
}

async function* read(
  vault: OpenVault,
  opened: OpenedVersion,
  signal: AbortSignal,
  progress: DownloadProgress,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  const patience: Patience = { ...browserPatience, waiting: (now) => progress(done, now) };
  const tell = paced((bytes) => progress(bytes, false), opened.metadata.size);
  for await (const piece of readVersion(vault, opened, signal, patience)) {
    done += piece.length;
    tell(done);
    yield piece;
  }
}

/** The same bytes in pieces of `size` or a bit more, each a buffer of its own. */
export async function* larger(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    held.push(piece);
    length += piece.length;
    if (length < size) continue;
    yield concat(...held);
    [held, length] = [[], 0];
  }
  if (length > 0) yield concat(...held);
}

/** One piece for each pull, the next one made meanwhile. Raises what the pieces raise, and Cancelled. */
export async function answerPulls(
  port: MessagePort,
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  stop: AbortController,
): Promise<boolean> {
  const say = (answer: PortAnswer, transfer: Transferable[] = []) => port.postMessage(answer, transfer);
  const pulls = new Pulls(port, stop);
  try {
    if (!(await pulls.first(PATIENCE))) return false;
    for (let next = pieces.next(); ;) {
      const step: IteratorResult<Uint8Array<ArrayBuffer>, unknown> = await next;
      if (stop.signal.aborted) throw new Cancelled();
      if (step.done === true) break;
      next = pieces.next();
      // Its turn comes above; until then it is not "unhandled".
      next.catch(() => undefined);
      const { buffer } = step.value;
      say({ kind: 'piece', bytes: buffer }, [buffer]);
      await pulls.next();
    }
    say({ kind: 'end' });
    return true;
  } catch (thrown) {
    say({ kind: 'fail' });
    throw thrown;
  } finally {
    pulls.close();
    // Whatever still travels is left to itself.
    pieces.return(undefined).catch(() => undefined);
  }
}

/** The requests that come by a port. A cancelled download lets nobody wait. */
class Pulls {
  private readonly port: MessagePort;
  private readonly stop: AbortController;
  private asked = 0;
  private wake: () => void = () => undefined;

  constructor(port: MessagePort, stop: AbortController) {
    this.port = port;
    this.stop = stop;
    stop.signal.addEventListener('abort', () => this.wake());
    port.onmessage = ({ data }: MessageEvent<PortRequest>) => {
      if (data.kind === 'cancel') stop.abort();
      else this.asked += 1;
      this.wake();
    };
  }

  /** Waits for the first pull; false when none comes. */
  async first(patience: number): Promise<boolean> {
    const timer = setTimeout(() => this.wake(), patience);
    await this.change();
    clearTimeout(timer);
    if (this.stop.signal.aborted) throw new Cancelled();
    return this.taken();
  }

  async next(): Promise<void> {
    await this.change();
    if (!this.taken()) throw new Cancelled();
  }

  close(): void {
    this.port.onmessage = null;
  }

  private taken(): boolean {
    if (this.asked === 0) return false;
    this.asked -= 1;
    return true;
  }

  private async change(): Promise<void> {
    if (this.asked > 0 || this.stop.signal.aborted) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
  }
}
