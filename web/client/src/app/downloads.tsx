/**
 * Documents on their way to the disk. They go on while the person walks through the app.
 *
 * Owns what is shown of each; the engine opens and verifies, the service worker hands over to the browser.
 */
import * as Comlink from 'comlink';
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { DownloadView } from '../ui/models';
import { codeOf, valueOf, type RemoteEngine } from '../worker/connect';
import { downloadWorker, offerDownload, saveBlob } from './download';
import { useHold, useSession } from './session';

interface Job {
  readonly id: string;
  readonly vault: string;
  readonly document: string;
  readonly view: DownloadView;
  readonly close?: (() => void) | undefined;
}

const MOVING: readonly DownloadView['state'][] = ['preparing', 'receiving'];
const OVER: readonly DownloadView['state'][] = ['done', 'failed', 'cancelled'];

/** The downloads of this page; a store for `useSyncExternalStore`. */
export class Downloads {
  private jobs: readonly Job[] = [];
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

  /** Something is on its way; what waits for the network is not. */
  readonly isMoving = (): boolean => this.jobs.some((job) => MOVING.includes(job.view.state));

  /** Begins to save a document; one that is on its way already is left alone. */
  start(vault: string, document: string): void {
    const known = this.jobs.find((job) => job.vault === vault && job.document === document);
    if (known !== undefined && !OVER.includes(known.view.state)) return;
    const id = crypto.randomUUID();
    const view: DownloadView = { state: 'preparing', received: 0, size: 0 };
    this.jobs = [...this.jobs.filter((job) => job !== known), { id, vault, document, view }];
    this.changed();
    void this.run(id);
  }

  cancel(vault: string, document: string): void {
    const job = this.jobs.find((one) => one.vault === vault && one.document === document);
    if (job === undefined || OVER.includes(job.view.state)) return;
    this.update(job.id, { state: 'cancelled' });
    void this.engine().downloads.cancel(job.id);
  }

  /** The engine is gone: what was under way came to nothing. */
  stop(): void {
    for (const job of this.jobs) {
      if (OVER.includes(job.view.state)) continue;
      job.close?.();
      this.update(job.id, { state: 'failed', error: 'cancelled' });
    }
  }

  private async run(id: string): Promise<void> {
    const job = this.jobs.find((one) => one.id === id);
    if (job === undefined) return;
    const { downloads } = this.engine();
    const progress = Comlink.proxy((received: number, waiting: boolean) => {
      if (this.isRunning(id)) this.update(id, { state: waiting ? 'waiting' : 'receiving', received });
    });
    try {
      const facts = await valueOf(downloads.begin(id, job.vault, job.document));
      this.update(id, { size: facts.size });
      const worker = await downloadWorker();
      const streamed = worker !== undefined && (await this.stream(worker, id, facts, progress));
      if (!streamed) saveBlob(await valueOf(downloads.collect(id, progress)), facts.name);
      this.update(id, { state: 'done', received: facts.size });
    } catch (thrown) {
      const error = codeOf(thrown);
      if (this.isRunning(id)) {
        this.update(id, error === 'cancelled' ? { state: 'cancelled' } : { state: 'failed', error });
      }
    }
  }

  /** False when the browser did not take the offer. */
  private async stream(
    worker: ServiceWorker,
    id: string,
    facts: { readonly name: string; readonly size: number },
    progress: (received: number, waiting: boolean) => void,
  ): Promise<boolean> {
    const { port, close } = offerDownload(worker, id, facts);
    this.jobs = this.jobs.map((job) => (job.id === id ? { ...job, close } : job));
    try {
      const { downloads } = this.engine();
      return await valueOf(downloads.stream(id, Comlink.transfer(port, [port]), progress));
    } finally {
      close();
    }
  }

  private isRunning(id: string): boolean {
    const state = this.jobs.find((job) => job.id === id)?.view.state;
    return state !== undefined && !OVER.includes(state);
  }

  private update(id: string, change: Partial<DownloadView>): void {
    this.jobs = this.jobs.map((job) => (job.id === id ? { ...job, view: { ...job.view, ...change } } : job));
    for (const listener of this.listeners) listener();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

const Context = createContext<Downloads | null>(null);

export function DownloadsProvider({ children }: { readonly children: ReactNode }) {
  const { engine, state } = useSession();
  const downloads = useMemo(() => new Downloads(engine), [engine]);
  const signedIn = state.stage === 'in';
  useHold(useSyncExternalStore(downloads.subscribe, downloads.isMoving));
  useEffect(() => {
    if (!signedIn) downloads.stop();
  }, [downloads, signedIn]);
  return <Context value={downloads}>{children}</Context>;
}

/** The downloads, and the one of a document if there is one. */
export function useDownloads(vault: string, document: string) {
  const downloads = use(Context);
  if (downloads === null) throw new Error('no downloads around this component');
  const jobs = useSyncExternalStore(downloads.subscribe, downloads.all);
  const view = jobs.find((job) => job.vault === vault && job.document === document)?.view;
  return { downloads, view };
}
