/**
 * The search of a vault's documents: a thread that has the index, and the words of texts that were read on this device.
 *
 * Owns that thread, which begins with the first search and ends with the session, and reading texts in the preview's sandbox.
 */
import * as Comlink from 'comlink';
import { createContext, use, useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Found } from '../search/record_index';
import type { Browsing } from '../ui/browsing';
import type { DocumentView, Language } from '../ui/models';
import { valueOf, type RemoteEngine } from '../worker/connect';
import { scriptUrl } from '../worker/script_url';
import type { Searching } from '../worker/searching';
import searchingUrl from '../worker/searching.ts?worker&url';
import { hasText, textIn, type Readable } from './texts';
import { useAccount, useSession } from './session';
import type { Uploads } from './uploads';

/** Rows that are handed over at a time: more of them would hold up the page. */
const SLICE = 500;
/** Bytes of a file whose text is read when it is added; a larger one's when it is opened. */
const LARGEST = 32 << 20;

interface Thread {
  readonly vault: string;
  readonly worker: Worker;
  readonly calls: Comlink.Remote<Searching>;
  /** Settled once the kept texts are searched; absent until they are asked for, and when they could not be had. */
  texts?: Promise<void> | undefined;
}

/** What `unread` found, and among what. */
interface Counted {
  readonly thread: Thread;
  readonly documents: readonly DocumentView[];
  readonly changes: number;
  readonly unread: readonly DocumentView[];
}

/** The search of one session. */
export class RecordSearch {
  private thread: Thread | undefined;
  private rows: readonly DocumentView[] | undefined;
  private handing: Promise<unknown> = Promise.resolve();
  private reading: Promise<unknown> = Promise.resolve();
  /** Documents whose text is known, by vault and version. */
  private readonly read = new Set<string>();
  /** How each vault was looked through last. */
  readonly browsing = new Map<string, Browsing>();
  private readonly engine: () => RemoteEngine;
  private changes = 0;
  private counted: Counted | undefined;
  private session = 0;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes with every text that was read: what was searched may be found now. */
  readonly textsRead = (): number => this.changes;

  constructor(engine: () => RemoteEngine) {
    this.engine = engine;
  }

  /** Hands over what there is to look through; the same list is handed over once. */
  look(
    vault: string,
    documents: readonly DocumentView[],
    {
      language,
      nameOf,
    }: { readonly language: Language; readonly nameOf: (document: DocumentView) => string },
  ): Promise<unknown> {
    const thread = this.running(vault);
    const { calls } = thread;
    if (this.rows === documents) return this.handing;
    this.rows = documents;
    this.handing = this.handing.then(async () => {
      await calls.begin();
      for (let start = 0; start < documents.length; start += SLICE) {
        if (this.rows !== documents) return;
        await calls.more(documents.slice(start, start + SLICE).map((one) => rowOf(one, nameOf(one))));
      }
      await calls.settle(language);
      // What stands in lists is found before the texts have come, and without them where they do not.
      thread.texts ??= this.texts(thread);
    });
    this.handing.catch(() => undefined);
    return this.handing;
  }

  /** What was found among what was handed over. */
  async find(question: string): Promise<Found | undefined> {
    await this.handing;
    return this.thread?.calls.search(question);
  }

  /** The documents whose text was never read on this device: the same list for as long as nothing changed. */
  async unread(vault: string, documents: readonly DocumentView[]): Promise<readonly DocumentView[]> {
    const thread = this.running(vault);
    await (thread.texts ??= this.texts(thread));
    const { changes, counted } = this;
    if (counted?.thread === thread && counted.documents === documents && counted.changes === changes) {
      return counted.unread;
    }
    const unread = documents.filter((one) => hasText(one.mime) && !this.read.has(keyOf(vault, one.id)));
    this.counted = { thread, documents, changes, unread };
    return unread;
  }

  /** Reads the text of a document that is at hand, for later searches; one after the other. Never fails: it is found less, then. */
  remember(
    vault: string,
    { id, version }: Pick<DocumentView, 'id' | 'version'>,
    source: Readable,
  ): Promise<void> {
    const { session } = this;
    const reading = this.reading.then(async () => {
      if (!hasText(source.mime) || this.read.has(keyOf(vault, id))) return;
      const text = await textIn(source);
      // Locked meanwhile: there is no engine to give it to.
      if (this.session !== session) return;
      const words = await valueOf(this.engine().texts.keep(vault, id, version, text));
      if (words === null) return;
      this.read.add(keyOf(vault, id));
      if (this.thread?.vault === vault) await this.thread.calls.text(id, words);
      this.changed();
    });
    this.reading = reading.catch(() => undefined);
    return this.reading as Promise<void>;
  }

  /** The session is over. */
  stop(): void {
    this.session += 1;
    this.thread?.worker.terminate();
    this.thread = undefined;
    this.rows = undefined;
    this.counted = undefined;
    this.handing = Promise.resolve();
    this.read.clear();
    this.browsing.clear();
  }

  private running(vault: string): Thread {
    if (this.thread?.vault === vault) return this.thread;
    this.thread?.worker.terminate();
    this.rows = undefined;
    this.handing = Promise.resolve();
    const worker = new Worker(scriptUrl(searchingUrl), { type: 'module', name: 'coffre-searching' });
    const calls = Comlink.wrap<Searching>(worker);
    this.thread = { vault, worker, calls };
    return this.thread;
  }

  private async texts(thread: Thread): Promise<void> {
    const { vault, calls } = thread;
    try {
      const kept = await valueOf(this.engine().texts.kept(vault));
      if (kept === null || this.thread !== thread) return;
      for (const id of await calls.texts(Comlink.transfer(kept, [kept]))) this.read.add(keyOf(vault, id));
      this.changed();
    } catch {
      // The next list that is looked through asks again.
      thread.texts = undefined;
    }
  }

  private changed(): void {
    this.changes += 1;
    for (const listener of this.listeners) listener();
  }
}

function rowOf(one: DocumentView, section: string) {
  const { id, title, author, type = '', date, fileName: file } = one;
  return { id, title, author, type, date, file, section, tags: one.tags?.join(' ') ?? '' };
}

function keyOf(vault: string, document: string): string {
  return `${vault} ${document}`;
}

const Context = createContext<RecordSearch | null>(null);

export function SearchProvider({ children }: { readonly children: ReactNode }) {
  const { engine, state } = useSession();
  const search = useMemo(() => new RecordSearch(engine), [engine]);
  const signedIn = state.stage === 'in';
  useEffect(() => {
    if (!signedIn) search.stop();
  }, [search, signedIn]);
  // From a document back to the list is the same look through a vault; from elsewhere it is another.
  const [path] = useLocation();
  const inVaults = /^\/vault(\/|$)/.test(path);
  useEffect(() => {
    if (!inVaults) search.browsing.clear();
  }, [search, inVaults]);
  return <Context value={search}>{children}</Context>;
}

export function useRecordSearch(): RecordSearch {
  const search = use(Context);
  if (search === null) throw new Error('no search around this component');
  return search;
}

/** Reads the texts of documents that are added here, while their files are at hand. */
export function useTextsOfAdded(uploads: Uploads): void {
  const search = useRecordSearch();
  const { role } = useAccount();
  useEffect(() => {
    if (role !== 'patient') return;
    return uploads.whenAdded((vault, id, file) => {
      if (file.size > LARGEST || !hasText(file.type)) return;
      void file
        .arrayBuffer()
        .then((bytes) => search.remember(vault, { id, version: 1 }, { mime: file.type, bytes }))
        // A file that went away meanwhile is read when its document is opened.
        .catch(() => undefined);
    });
  }, [uploads, search, role]);
}
