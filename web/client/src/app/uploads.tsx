/**
 * Documents on their way into vaults. They go on while the person walks through the app, and after a reload.
 *
 * Owns the queue: two documents at a time, and small ones by the dozen, which travel together; the engine seals and sends. When the page is locked the engine is gone: what was under
 * way goes on after the next unlock, with the files that this page still has; after a reload each file must be chosen again.
 */
import * as Comlink from 'comlink';
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { InterruptedUpload, NewDocument, UploadState, UploadView } from '../ui/models';
import { paced, type Pace } from '../ui/uploadTotals';
import { codeOf, valueOf, type RemoteEngine } from '../worker/connect';
import { useNews } from './news';
import { useHold, useSession } from './session';

/** So many large documents at a time, and so many small ones. */
const LARGE_AT_ONCE = 2;
const SMALL_AT_ONCE = 64;
const SMALL = 1 << 20;
/**
 * Milliseconds from a change until the queue is looked at, and one more for each document: a thousand change it thousands of times.
 * What somebody does is seen soon; what the engine tells is read, twice a second.
 */
const SOON = 100;
const PAUSE = 500;
/** Milliseconds from the choice of documents until they are begun with: the form goes, and the queue comes, on a slow telephone. */
const DRAWN = 500;
/** Milliseconds without a new document until a vault's list is asked for anew, while more is on its way into it: drawing it is work. */
const RELOAD = 3000;
const BUSY: readonly UploadState[] = ['sealing', 'sending', 'offline', 'confirming'];
const MOVING: readonly UploadState[] = ['sealing', 'sending', 'confirming'];
const OVER: readonly UploadState[] = ['done', 'failed', 'cancelled'];
const PAUSABLE: readonly UploadState[] = ['waiting', 'sealing', 'sending', 'offline'];

interface Job {
  readonly vault: string;
  /** Absent until it is chosen again. */
  readonly file?: File | undefined;
  /** Absent where an earlier page, or an engine that is gone, began: the description is written down. */
  readonly given?: NewDocument | undefined;
  readonly view: UploadView;
  /** Made in the page, and saved nowhere: `keep` it until it is stored; `kept` by an earlier page. */
  readonly scan?: 'keep' | 'kept' | undefined;
  /** The engine knows it: it can be gone on with. */
  readonly begun: boolean;
}

type Arrival = (vault: string, document: string, file: File) => void;

/** The queue; a store for `useSyncExternalStore`. */
export class Uploads {
  private jobs: readonly Job[] = [];
  private told: readonly Job[] = [];
  private finished = 0;
  private pace: Pace | undefined;
  private owner: string | undefined;
  private working = false;
  private beginning: ReturnType<typeof setTimeout> | undefined;
  private telling: { readonly at: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;
  private readonly engine: () => RemoteEngine;
  private readonly drawnAfter: number;
  private readonly listeners = new Set<() => void>();
  private readonly arrivals = new Set<Arrival>();

  /** `drawn`: milliseconds until what was added is begun with. */
  constructor(engine: () => RemoteEngine, drawn = DRAWN) {
    this.engine = engine;
    this.drawnAfter = drawn;
  }

  /** Tells of each document that is added, with its file; what comes back ends that. */
  whenAdded(tell: Arrival): () => void {
    this.arrivals.add(tell);
    return () => void this.arrivals.delete(tell);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly all = (): readonly Job[] => this.jobs;
  /** As it was when listeners were told last: what a page draws changes then, and not within another task. */
  readonly drawn = (): readonly Job[] => this.told;
  readonly isBusy = (vault: string): boolean =>
    this.told.some((job) => job.vault === vault && BUSY.includes(job.view.state));
  /** How many were added so far: changes when a vault has a new document. */
  readonly added = (): number => this.finished;

  /** Bytes a second of the whole queue, smoothed; undefined while it is not known. */
  readonly speed = (): number | undefined => this.pace?.speed;

  /** Something is on its way; what waits for the network is not. */
  readonly isMoving = (): boolean =>
    this.working && this.jobs.some((job) => job.view.state === 'waiting' || MOVING.includes(job.view.state));

  /** Something is not stored yet, whatever it waits for, and a page that is loaded anew would have to be given its file again. */
  readonly isUnfinished = (): boolean =>
    this.jobs.some((job) => !OVER.includes(job.view.state) && job.view.state !== 'interrupted');

  /** Somebody unlocked the page: what waits goes on, unless it is another account's. */
  begin(account: string): void {
    if (this.owner !== account) this.jobs = [];
    this.owner = account;
    this.working = true;
    this.changed();
    this.next();
  }

  /** The engine is gone. */
  suspend(): void {
    this.working = false;
    this.jobs = this.jobs.map((job) =>
      job.begun && !OVER.includes(job.view.state)
        ? {
            ...job,
            begun: false,
            given: undefined,
            scan: job.scan === undefined ? undefined : 'kept',
            view: { ...job.view, state: 'waiting' },
          }
        : job,
    );
    this.changed();
  }

  /** `scan`: it was made in the page, and is kept in this browser until it is stored. */
  add(vault: string, file: File, given: NewDocument, scan?: 'keep'): void {
    const id = crypto.randomUUID();
    const view: UploadView = { id, title: given.title, size: file.size, sent: 0, state: 'waiting' };
    this.jobs = [...this.jobs, { vault, file, given, view, scan, begun: false }];
    this.changed();
    // A scan is nowhere else: it is kept at once.
    if (scan === undefined) this.soon();
    else this.next();
  }

  /** Uploads that an earlier page did not finish. */
  remember(vault: string, interrupted: readonly InterruptedUpload[]): void {
    const known = new Set(this.jobs.map((job) => job.view.id));
    const jobs = interrupted
      .filter(({ id }) => !known.has(id))
      .map(({ kept, ...one }): Job => {
        const view: UploadView = { ...one, sent: 0, state: kept === true ? 'waiting' : 'interrupted' };
        return { vault, begun: false, view, scan: kept === true ? 'kept' : undefined };
      });
    if (jobs.length === 0) return;
    this.jobs = [...jobs, ...this.jobs];
    this.changed();
    this.next();
  }

  /** The file of one of these. */
  choose(id: string, file: File): void {
    this.jobs = this.jobs.map((job) => (job.view.id === id ? { ...job, file } : job));
    this.retry(id);
  }

  pause(id: string): void {
    this.update(id, { state: 'paused' });
    void this.engine().uploads.pause(id);
    this.next();
  }

  cancel(id: string): void {
    this.update(id, { state: 'cancelled', error: undefined });
    void this.engine().uploads.cancel(id);
    // What was given up is begun anew, if at all.
    this.jobs = this.jobs.map((job) => (job.view.id === id ? { ...job, begun: false } : job));
    this.next();
  }

  retry(id: string): void {
    this.update(id, { state: 'waiting', error: undefined });
    this.next();
  }

  /** The same with all of a vault's that it can be done with. */
  pauseAll(vault: string): void {
    const pausable = this.allOf(vault, PAUSABLE);
    // First all of them, so that no place that one leaves is taken by the next.
    this.jobs = this.jobs.map((job) =>
      pausable.includes(job) ? { ...job, view: { ...job.view, state: 'paused' } } : job,
    );
    for (const { begun, view } of pausable) if (begun) void this.engine().uploads.pause(view.id);
    this.changed();
  }

  goOnAll(vault: string): void {
    this.waitAll(this.allOf(vault, ['paused']));
  }

  retryAll(vault: string): void {
    this.waitAll(this.allOf(vault, ['failed']));
  }

  cancelAll(vault: string): void {
    this.pauseAll(vault);
    const given = this.jobs.filter((job) => job.vault === vault && !OVER.includes(job.view.state));
    for (const { view } of given) this.cancel(view.id);
  }

  private allOf(vault: string, states: readonly UploadState[]): readonly Job[] {
    return this.jobs.filter((job) => job.vault === vault && states.includes(job.view.state));
  }

  private waitAll(jobs: readonly Job[]): void {
    this.jobs = this.jobs.map((job) =>
      jobs.includes(job) ? { ...job, view: { ...job.view, state: 'waiting', error: undefined } } : job,
    );
    this.changed();
    this.next();
  }

  /** Forgets what is finished, failed or cancelled. */
  clear(vault: string): void {
    for (const job of this.jobs.filter((one) => one.vault === vault && one.view.state === 'failed')) {
      void this.engine().uploads.cancel(job.view.id);
    }
    this.jobs = this.jobs.filter((job) => job.vault !== vault || !OVER.includes(job.view.state));
    this.changed();
  }

  /** Begins with what was added once the page has drawn it: sealing would take the processor that draws. */
  private soon(): void {
    this.beginning ??= setTimeout(() => {
      this.beginning = undefined;
      this.next();
    }, this.drawnAfter);
  }

  private next(): void {
    if (!this.working) return;
    const isSmall = ({ view }: Job) => view.size <= SMALL;
    this.start(this.jobs.filter(isSmall), SMALL_AT_ONCE);
    this.start(
      this.jobs.filter((job) => !isSmall(job)),
      LARGE_AT_ONCE,
    );
  }

  private start(jobs: readonly Job[], most: number): void {
    const busy = jobs.filter((job) => BUSY.includes(job.view.state)).length;
    const waiting = jobs.filter((job) => job.view.state === 'waiting');
    for (const job of waiting.slice(0, Math.max(0, most - busy))) void this.run(job);
  }

  private async run(job: Job): Promise<void> {
    const { id, size } = job.view;
    this.update(id, { state: 'sealing' }, { begun: true, within: PAUSE });
    const progress = Comlink.proxy(
      (sent: number, total: number, doing: 'sending' | 'waiting' | 'confirming') => {
        const state = doing === 'waiting' ? 'offline' : doing;
        if (!this.isRunning(id)) return;
        this.update(id, { state, sent: Math.round((size * sent) / total) }, { within: PAUSE });
      },
    );
    try {
      const document = await valueOf(this.send(job, progress));
      if (job.file !== undefined) for (const tell of this.arrivals) tell(job.vault, document, job.file);
      this.update(id, { state: 'done', sent: size }, { within: PAUSE });
      this.finished += 1;
    } catch (thrown) {
      this.failed(job, codeOf(thrown));
    }
    this.changed(PAUSE);
    this.next();
  }

  private async send({ vault, file, given, begun, scan, view: { id } }: Job, progress: Progress) {
    const { uploads } = this.engine();
    if (scan === 'kept' && !begun) return uploads.resumeKept(vault, id, progress);
    if (scan === 'keep' && file !== undefined && given !== undefined && !begun) {
      await uploads.keep(vault, id, file, given);
    }
    if (begun || file === undefined) return uploads.retry(id, progress);
    if (given === undefined) return uploads.resume(vault, id, file, progress);
    return uploads.add(vault, id, file, given, progress);
  }

  private failed({ begun, given, view: { id } }: Job, error: ReturnType<typeof codeOf>): void {
    // Paused or cancelled: the page said so already.
    if (error === 'cancelled') return;
    if (error === 'other_file') {
      this.forgetBegun(id);
      this.update(id, { state: 'interrupted', error });
      return;
    }
    if (error === 'not_found' && (begun || given === undefined)) this.forgetBegun(id);
    this.update(id, { state: 'failed', error });
  }

  private isRunning(id: string): boolean {
    const state = this.jobs.find((job) => job.view.id === id)?.view.state;
    return state !== undefined && BUSY.includes(state);
  }

  private update(id: string, change: Partial<UploadView>, { begun, within }: Told = {}): void {
    this.jobs = this.jobs.map((job) =>
      job.view.id === id ? { ...job, begun: begun ?? job.begun, view: { ...job.view, ...change } } : job,
    );
    this.changed(within);
  }

  private forgetBegun(id: string): void {
    this.jobs = this.jobs.map((job) => (job.view.id === id ? { ...job, begun: false } : job));
  }

  /** Listeners are told after so many milliseconds at the latest. */
  private changed(within = SOON): void {
    const pause = within + this.jobs.length;
    const at = performance.now() + pause;
    if (this.telling !== undefined && this.telling.at <= at) return;
    clearTimeout(this.telling?.timer);
    this.telling = { at, timer: setTimeout(() => this.tell(), pause) };
  }

  private tell(): void {
    this.telling = undefined;
    this.told = this.jobs;
    const moving = this.jobs.some((job) => MOVING.includes(job.view.state));
    const sent = this.jobs.reduce((sum, job) => sum + job.view.sent, 0);
    this.pace = moving ? paced(this.pace, performance.now(), sent) : undefined;
    for (const listener of this.listeners) listener();
  }
}

/** What else changes, and how soon listeners are told. */
interface Told {
  readonly begun?: boolean;
  readonly within?: number;
}

type Progress = Parameters<RemoteEngine['uploads']['add']>[4];

const Context = createContext<Uploads | null>(null);

export function UploadsProvider({ children }: { readonly children: ReactNode }) {
  const { engine, state } = useSession();
  const uploads = useMemo(() => new Uploads(engine), [engine]);
  const account = state.stage === 'in' ? state.account.email : undefined;
  const news = useNews();
  useHold(useSyncExternalStore(uploads.subscribe, uploads.isMoving));
  useEffect(() => uploads.whenAdded((vault) => news.tell(vault)), [uploads, news]);
  useEffect(() => {
    if (account === undefined) uploads.suspend();
    else uploads.begin(account);
  }, [uploads, account]);
  return <Context value={uploads}>{children}</Context>;
}

/** Whether something is not stored yet. */
export function useUnfinished(): () => boolean {
  return useUploads().isUnfinished;
}

export function useUploads(): Uploads {
  const uploads = use(Context);
  if (uploads === null) throw new Error('no uploads around this component');
  return uploads;
}

/**
 * Calls `reload`, which must be stable, when documents were added. Among many the list is drawn anew now and then: each time is work
 * for the engine, which is busy with them. Nothing is drawn because of the queue itself.
 */
export function useAdded(uploads: Uploads, vault: string, reload: () => void): void {
  useEffect(() => {
    let added = 0;
    let busy = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      if (uploads.added() === added && uploads.isBusy(vault) === busy) return;
      added = uploads.added();
      busy = uploads.isBusy(vault);
      clearTimeout(timer);
      if (added > 0) timer = setTimeout(reload, busy ? RELOAD : 0);
    };
    look();
    const leave = uploads.subscribe(look);
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [uploads, vault, reload]);
}

/** Shows what earlier pages did not finish, once the vault is open. */
export function useInterruptedUploads(vault: string | undefined): void {
  const { engine } = useSession();
  const uploads = use(Context);
  useEffect(() => {
    if (vault === undefined || uploads === null) return;
    valueOf(engine().uploads.interrupted(vault)).then(
      (found) => uploads.remember(vault, found),
      // Nothing depends on it: what was sent so far is swept by the server.
      () => undefined,
    );
  }, [engine, uploads, vault]);
}
