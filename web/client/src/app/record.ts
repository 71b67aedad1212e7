/** The record's page, wired: its search, the texts that were never read, and what is done with several documents. */
import * as Comlink from 'comlink';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { Finder, RecordParts } from '../ui/components/RecordBrowser';
import type { TextsView } from '../ui/components/UnreadTexts';
import { useSectionName } from '../ui/components/SectionName';
import type { DocumentView, ErrorCode } from '../ui/models';
import { ROUTES } from '../ui/paths';
import {
  retagged,
  type Bulk,
  type BulkAction,
  type BulkFailure,
  type BulkProgress,
} from '../ui/recordActions';
import { useLanguage } from '../ui/useLanguage';
import { codeOf, EngineFault, valueOf, type RemoteEngine } from '../worker/connect';
import type { VaultView } from '../worker/documents';
import { useDownloads, type Downloads } from './downloads';
import type { RecordSearch } from './search';
import { useRecordSearch } from './search';
import { useNews } from './news';
import { useHold, useSession } from './session';
import { useSay } from './toasts';

const OWN = ['file', 'tags', 'mask', 'unmask', 'share', 'download', 'keep', 'remove'] as const;
const OTHER = ['download'] as const;

/** What the page of a vault is given besides its documents; `reload` shows what was changed. */
export function useRecord(vault: string, view: VaultView | undefined, reload: () => void): RecordParts {
  const search = useRecordSearch();
  const language = useLanguage();
  const nameOf = useSectionName();
  const named = useRef(nameOf);
  useEffect(() => {
    named.current = nameOf;
  }, [nameOf]);
  const texts = useTexts(vault, view, search);
  const textsRead = useSyncExternalStore(search.subscribe, search.textsRead);
  const { recount } = texts;
  const finder = useMemo<Finder>(
    () => ({
      look: (documents) => {
        const words = { language, nameOf: (one: DocumentView) => named.current(one.section) };
        search.look(vault, documents, words).catch(() => undefined);
        recount();
      },
      find: (question) => search.find(question),
      textsRead,
    }),
    [search, vault, language, recount, textsRead],
  );
  const bulk = useBulk(vault, view, reload);
  const onLeave = useCallback<NonNullable<RecordParts['onLeave']>>(
    (browsing) => void search.browsing.set(vault, browsing),
    [search, vault],
  );
  return { finder, bulk, texts: texts.view, browsing: search.browsing.get(vault), onLeave };
}

/** Texts of the own vault; those of others are not kept, so that nothing is said of them. */
function useTexts(vault: string, view: VaultView | undefined, search: RecordSearch) {
  const { engine } = useSession();
  const [unread, setUnread] = useState<readonly DocumentView[]>([]);
  const [reading, setReading] = useState<TextsView['reading']>();
  const [failed, setFailed] = useState(0);
  const stop = useRef(false);
  const own = view !== undefined && view.guest === undefined;
  const documents = view?.documents;
  useHold(reading !== undefined);
  useEffect(
    () => () => {
      // Nobody sees any more that documents are being opened.
      stop.current = true;
    },
    [],
  );
  const recount = useCallback(() => {
    if (!own || documents === undefined) return;
    search.unread(vault, documents).then(setUnread, () => undefined);
  }, [own, documents, search, vault]);
  const read = async () => {
    stop.current = false;
    let missed = 0;
    for (const [done, one] of unread.entries()) {
      if (stop.current) break;
      setReading({ done, total: unread.length });
      try {
        const source = await valueOf(engine().documents.preview(vault, one.id, nothing()));
        if (source !== null) await search.remember(vault, one, source);
      } catch (thrown) {
        missed += 1;
        // Without a network, or without an engine, the next one would fail as well.
        if (['offline', 'unauthenticated'].includes(codeOf(thrown))) break;
      }
    }
    setFailed(missed);
    setReading(undefined);
    recount();
  };
  const texts: TextsView = {
    unread: unread.length,
    reading,
    failed,
    onRead: () => void read(),
    onStop: () => {
      stop.current = true;
    },
  };
  return { view: own ? texts : undefined, recount };
}

function nothing() {
  return Comlink.proxy(() => undefined);
}

function useBulk(vault: string, view: VaultView | undefined, reload: () => void): Bulk | undefined {
  const { engine, hold } = useSession();
  const news = useNews();
  const { downloads } = useDownloads(vault, '');
  const [, navigate] = useLocation();
  const { t } = useTranslation();
  const say = useSay();
  const [progress, setProgress] = useState<BulkProgress>();
  const stop = useRef(false);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  if (view === undefined) return undefined;
  const run = async (action: BulkAction, documents: readonly DocumentView[]) => {
    stop.current = false;
    const kept = action.kind === 'keep' ? await keptAlready(engine()) : NONE;
    const treated = documents.filter((one) => concerns(action, one) && !kept.has(one.id));
    const failed: BulkFailure[] = [];
    const tell = (done: number, state: BulkProgress['state'], part?: number) =>
      setProgress({ kind: action.kind, done, total: treated.length, failed: [...failed], state, part });
    tell(0, 'running');
    // It goes on when the page is left: who masks many documents relies on it.
    const release = hold();
    let done = 0;
    for (const one of treated) {
      if (stop.current) break;
      // Progress comes by another channel than the answer, and may be late.
      const at = done;
      const tellPart = (part: number) => {
        if (done === at) tell(done, 'running', part);
      };
      try {
        await act({ engine, downloads, vault, tellPart }, action, one);
      } catch (thrown) {
        const error = codeOf(thrown);
        if (error === 'cancelled' && stop.current) break;
        failed.push({ id: one.id, title: one.title, error });
      }
      done += 1;
      tell(done, 'running');
    }
    release();
    tell(done, done < treated.length ? 'stopped' : 'finished');
    if (left.current) {
      const count = failed.length > 0 ? failed.length : done;
      say(t(failed.length > 0 ? 'record.failedElsewhere' : 'record.finished', { count }));
    }
    if (action.kind === 'download' || action.kind === 'keep') return;
    news.tell(vault);
    reload();
  };
  return {
    may: view.guest === undefined ? OWN : OTHER,
    progress,
    onRun: (action, documents) => void run(action, documents),
    onShare: (documents) => {
      const query = new URLSearchParams(documents.map(({ id }) => ['document', id]));
      navigate(`${ROUTES.shareNew}?${query.toString()}`);
    },
    onStop: () => {
      stop.current = true;
      if (progress?.kind === 'keep') void engine().kept.stopKeeping();
    },
    onClear: () => setProgress(undefined),
  };
}

/** Whether there is anything to do: a masked document is not filed, and is masked no second time. */
function concerns(action: BulkAction, { masked, section }: DocumentView): boolean {
  switch (action.kind) {
    case 'file':
      return !masked && section.id !== action.section;
    case 'mask':
      return !masked;
    case 'unmask':
      return masked;
    case 'tags':
    case 'remove':
    case 'download':
    case 'keep':
      return true;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** What this device keeps needs no second copy; where that cannot be told, each is asked for. */
async function keptAlready(engine: RemoteEngine): Promise<ReadonlySet<string>> {
  const { keptHere } = await import('./keeping');
  return keptHere(engine).catch(() => NONE);
}

interface Means {
  readonly engine: () => RemoteEngine;
  readonly downloads: Downloads;
  readonly vault: string;
  /** How much of the document is done, from 0 to 1. */
  readonly tellPart: (part: number) => void;
}

async function act(
  { engine, downloads, vault, tellPart }: Means,
  action: BulkAction,
  one: DocumentView,
): Promise<void> {
  const { documents } = engine();
  switch (action.kind) {
    case 'file':
    case 'unmask':
      return valueOf(documents.refile(vault, one.id, action.section));
    case 'tags':
      return valueOf(documents.retag(vault, one.id, retagged(one.tags ?? [], action)));
    case 'mask':
      return valueOf(documents.mask(vault, one.id));
    case 'remove':
      return valueOf(documents.remove(vault, one.id));
    case 'keep': {
      const { keepHere } = await import('./keeping');
      return keepHere(engine(), one.id, tellPart);
    }
    case 'download': {
      const error = await saved(downloads, vault, one.id);
      if (error !== undefined) throw new EngineFault(error);
    }
  }
}

/** Saves a document, and waits until that is over; what went wrong, if anything did. */
function saved(downloads: Downloads, vault: string, id: string): Promise<ErrorCode | undefined> {
  return new Promise((resolve) => {
    const look = () => {
      const view = downloads.all().find((job) => job.vault === vault && job.document === id)?.view;
      if (view === undefined || !['done', 'failed', 'cancelled'].includes(view.state)) return;
      leave();
      resolve(view.state === 'done' ? undefined : (view.error ?? 'cancelled'));
    };
    downloads.start(vault, id);
    const leave = downloads.subscribe(look);
    look();
  });
}
