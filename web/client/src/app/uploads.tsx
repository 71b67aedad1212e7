/**
 * Documents on their way into vaults. They go on while the person walks through the app.
 *
 * Owns the queue: two documents at a time; the engine seals and sends.
 */
import * as Comlink from 'comlink';
import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { NewDocument, UploadView } from '../ui/models';
import { codeOf, valueOf, type RemoteEngine } from '../worker/connect';
import { useSession } from './session';

const AT_ONCE = 2;

interface Job {
  readonly vault: string;
  readonly file: File;
  readonly given: NewDocument;
  readonly view: UploadView;
  /** The engine knows it: it can be gone on with. */
  readonly begun: boolean;
}

/** The queue; a store for `useSyncExternalStore`. */
export class Uploads {
  private jobs: readonly Job[] = [];
  private finished = 0;
  private readonly engine: () => RemoteEngine;
  private readonly listeners = new Set<() => void>();

  constructor(engine: () => RemoteEngine) {
    this.engine = engine;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly all = (): readonly Job[] => this.jobs;
  /** How many were added so far: changes when a vault has a new document. */
  readonly added = (): number => this.finished;

  add(vault: string, file: File, given: NewDocument): void {
    const id = crypto.randomUUID();
    const view: UploadView = { id, title: given.title, size: file.size, sent: 0, state: 'waiting' };
    this.jobs = [...this.jobs, { vault, file, given, view, begun: false }];
    this.changed();
    this.next();
  }

  cancel(id: string): void {
    this.update(id, { state: 'cancelled' });
    void this.engine().documents.cancel(id);
    this.next();
  }

  retry(id: string): void {
    this.update(id, { state: 'waiting', error: undefined });
    this.next();
  }

  /** Forgets what is finished, failed or cancelled. */
  clear(vault: string): void {
    for (const job of this.jobs.filter((one) => one.vault === vault && one.view.state === 'failed')) {
      void this.engine().documents.cancel(job.view.id);
    }
    const over = (job: Job) =>
      job.vault === vault && ['done', 'failed', 'cancelled'].includes(job.view.state);
    this.jobs = this.jobs.filter((job) => !over(job));
    this.changed();
  }

  private next(): void {
    const busy = this.jobs.filter((job) => ['sealing', 'sending'].includes(job.view.state)).length;
    for (const job of this.jobs.filter((one) => one.view.state === 'waiting').slice(0, AT_ONCE - busy)) {
      void this.run(job);
    }
  }

  private async run({ vault, file, given, view: { id, size }, begun }: Job): Promise<void> {
    this.update(id, { state: 'sealing' }, true);
    const progress = Comlink.proxy((sent: number, total: number) => {
      if (this.isRunning(id)) this.update(id, { state: 'sending', sent: Math.round((size * sent) / total) });
    });
    const { documents } = this.engine();
    try {
      await valueOf(begun ? documents.retry(id, progress) : documents.add(vault, id, file, given, progress));
      this.update(id, { state: 'done', sent: size });
      this.finished += 1;
    } catch (thrown) {
      const error = codeOf(thrown);
      if (begun && error === 'not_found') this.forgetBegun(id);
      if (error !== 'cancelled') this.update(id, { state: 'failed', error });
    }
    this.changed();
    this.next();
  }

  private isRunning(id: string): boolean {
    const state = this.jobs.find((job) => job.view.id === id)?.view.state;
    return state === 'sealing' || state === 'sending';
  }

  private update(id: string, change: Partial<UploadView>, begun?: boolean): void {
    this.jobs = this.jobs.map((job) =>
      job.view.id === id ? { ...job, begun: begun ?? job.begun, view: { ...job.view, ...change } } : job,
    );
    this.changed();
  }

  private forgetBegun(id: string): void {
    this.jobs = this.jobs.map((job) => (job.view.id === id ? { ...job, begun: false } : job));
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

const Context = createContext<Uploads | null>(null);

export function UploadsProvider({ children }: { readonly children: ReactNode }) {
  const { engine } = useSession();
  const uploads = useMemo(() => new Uploads(engine), [engine]);
  return <Context value={uploads}>{children}</Context>;
}

/** The queue, what of it belongs to a vault, and a number that changes with every document added. */
export function useUploads(vault: string) {
  const uploads = use(Context);
  if (uploads === null) throw new Error('no uploads around this component');
  const jobs = useSyncExternalStore(uploads.subscribe, uploads.all);
  const added = useSyncExternalStore(uploads.subscribe, uploads.added);
  const views = useMemo(
    () => jobs.filter((job) => job.vault === vault).map((job) => job.view),
    [jobs, vault],
  );
  return { uploads, views, added };
}
