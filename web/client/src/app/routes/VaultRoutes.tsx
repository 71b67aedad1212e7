/** Pages of a vault, wired: its documents with what is being added, and one document. */
import * as Comlink from 'comlink';
import { memo, startTransition, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Redirect, useLocation, useParams } from 'wouter';
import { AddDocuments } from '../../ui/pages/AddDocuments';
import { DocumentPage } from '../../ui/pages/DocumentPage';
import { VaultHome, type VaultHomeProps } from '../../ui/pages/VaultHome';
import { Loading } from '../../ui/components/Loading';
import type { ErrorCode, Loadable, NewDocument, PendingFile, PreviewState } from '../../ui/models';
import { comparePath, ROUTES, vaultPath } from '../../ui/paths';
import { usePastedFiles } from '../../ui/usePastedFiles';
import { codeOf, valueOf } from '../../worker/connect';
import type { VaultView } from '../../worker/documents';
import { readList } from '../../worker/list_record';
import { useDownloads } from '../downloads';
import { lazy } from '../lazily';
import { useAction, useLoadable } from '../loading';
import { useFresh, useNews } from '../news';
import { Queue } from '../queue';
import { useReceived } from '../received';
import { useRecord } from '../record';
import { useRecordSearch, useTextsOfAdded } from '../search';
import { useAccount, useSession } from '../session';
import { useComplaint } from '../toasts';
import { useAdded, useInterruptedUploads, useUploads } from '../uploads';

const CaptureSheet = lazy(async () => ({ default: (await import('../capture')).CaptureSheet }));

const KeepDocument = lazy(async () => ({ default: (await import('./KeptRoutes')).KeepDocument }));

/** The own vault's page; professionals have none. */
export function OwnVaultRoute() {
  return useAccount().role === 'patient' ? <VaultPage /> : <Redirect to={ROUTES.vaults} replace />;
}

export function OtherVaultRoute() {
  const { vault = '' } = useParams<{ vault: string }>();
  return <VaultPage key={vault} vault={vault} />;
}

interface Chosen {
  readonly pending: PendingFile;
  readonly file: File;
}

function VaultPage({ vault }: { readonly vault?: string }) {
  const { engine, lastList, keepList } = useSession();
  const own = vault === undefined;
  const [known, setKnown] = useState(() => (own ? lastList() : undefined));
  const load = useCallback(async () => {
    const { documents } = engine();
    // First what is at hand: folding and asking the server would keep the engine from giving it.
    let before = own ? lastList() : undefined;
    if (before === undefined) {
      const kept = await valueOf(documents.known(vault));
      before = kept === null ? undefined : readList(kept, Date.now());
      const list = before;
      // Drawn before the engine is asked to fold: on a busy device the two would take turns.
      flushSync(() => setKnown(list));
    } else {
      setKnown(before);
    }
    const view = (await valueOf(documents.newer(vault, before?.stamp))) ?? before ?? NOTHING;
    if (own) keepList(view);
    return view;
  }, [engine, lastList, keepList, own, vault]);
  const [fresh, reload] = useLoadable(load);
  const { content, before } = useMemo(() => whatToShow(fresh, known), [fresh, known]);
  const value = fresh.state === 'ready' ? fresh.value : undefined;
  const id = value?.id ?? known?.id ?? vault ?? '';
  const uploads = useUploads();
  useInterruptedUploads(value?.id);
  useTextsOfAdded(uploads);
  useAdded(uploads, id, reload);
  useFresh(id, reload);
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [choosing, run] = useAction();
  const [scanning, setScanning] = useState(false);
  const scanned = useRef(new WeakSet<File>());

  const earlier = useRef<readonly File[]>([]);
  useEffect(() => {
    earlier.current = chosen.map(({ file }) => file);
  }, [chosen]);

  const complain = useComplaint();
  const choose = useCallback(
    (files: readonly File[], titles: readonly string[] = []) =>
      run(async () => {
        // The browser took as long to hand over many files as handing them on takes: two tasks.
        await new Promise((resolve) => setTimeout(resolve));
        const asked = valueOf(engine().uploads.propose(id, [...files], earlier.current));
        // The form that would show it may not be open.
        const proposals = await asked.catch(complain);
        if (proposals === undefined) return;
        const next = files.flatMap((file, index) => {
          const proposal = proposals[index];
          if (proposal === undefined) return [];
          const suggestedTitle = titles[index] ?? proposal.suggestedTitle;
          return [{ file, pending: { ...proposal, suggestedTitle, id: crypto.randomUUID() } }];
        });
        // Drawn in pieces: what somebody does meanwhile comes first.
        startTransition(() => setChosen((before) => [...before, ...next]));
      }),
    [engine, id, run, complain],
  );
  const addable = value?.addable;
  const mayAdd = addable !== undefined && addable.length > 0;
  const sections = useMemo(() => addable?.filter((one) => one.kind !== 'inbox') ?? [], [addable]);
  usePastedFiles(mayAdd && !scanning ? choose : undefined);
  const received = useReceived();
  useEffect(() => {
    if (!mayAdd) return;
    const files = received.take();
    if (files.length > 0) {
      choose(
        files.map(({ file }) => file),
        files.map(({ title }) => title),
      );
    }
  }, [mayAdd, received, choose]);
  const submitted = useRef<readonly Chosen[]>([]);
  const submit = (documents: readonly NewDocument[]) => {
    // The form is still there for a moment.
    if (submitted.current === chosen) return;
    submitted.current = chosen;
    for (const given of documents) {
      const file = chosen.find((one) => one.pending.id === given.file)?.file;
      if (file !== undefined) uploads.add(id, file, given, scanned.current.has(file) ? 'keep' : undefined);
    }
    // Taking down the form of many files is work: in pieces, while the first ones are sealed.
    startTransition(() => setChosen([]));
  };
  const onScan = useCallback(() => setScanning(true), []);
  const onRemove = useCallback(
    (file: string) => setChosen((now) => now.filter((one) => one.pending.id !== file)),
    [],
  );
  return (
    <>
      <VaultRecord
        vault={id}
        view={value ?? known}
        reload={reload}
        content={content}
        before={before}
        onFiles={mayAdd ? choose : undefined}
        onScan={mayAdd ? onScan : undefined}
      />
      {scanning && (
        <Suspense>
          <CaptureSheet
            onDone={(file, title) => {
              setScanning(false);
              scanned.current.add(file);
              choose([file], [title]);
            }}
            onClose={() => setScanning(false)}
          />
        </Suspense>
      )}
      <AddDocuments
        {...choosing}
        vault={id}
        open={chosen.length > 0}
        files={chosen.map((one) => one.pending)}
        sections={sections}
        onRemove={onRemove}
        onSubmit={submit}
        onClose={() => startTransition(() => setChosen([]))}
      />
    </>
  );
}

interface VaultRecordProps extends Pick<
  VaultHomeProps,
  'vault' | 'content' | 'before' | 'onFiles' | 'onScan'
> {
  readonly view: VaultView | undefined;
  readonly reload: () => void;
}

/** The page below the form of new documents: not drawn anew with each step of theirs. */
const VaultRecord = memo(function VaultRecord({ view, reload, ...props }: VaultRecordProps) {
  const { vault } = props;
  const record = useRecord(vault, view, reload);
  return <VaultHome {...props} guest={view?.guest} queue={<Queue vault={vault} />} record={record} />;
});

/** What was verified before stays in sight when the server cannot be asked, or shows what is refused. */
function whatToShow(fresh: Loadable<VaultView>, known: VaultView | undefined) {
  const content: Loadable<VaultView> = { state: 'ready', value: known ?? NOTHING };
  if (known !== undefined && fresh.state === 'loading') return { content, before: 'checking' as const };
  const refused = fresh.state === 'failed' && KEPT.includes(fresh.error);
  if (known !== undefined && refused) return { content, before: fresh.error };
  if (known !== undefined && fresh.state === 'offline' && fresh.value === undefined) {
    return { content: { ...fresh, value: known } };
  }
  return { content: fresh };
}

const NOTHING: VaultView = { id: '', sections: [], documents: [], addable: [] };
/** Errors that say something of the server's answer, and nothing of the right to read. */
const KEPT: readonly ErrorCode[] = [
  'stale',
  'tampered',
  'malformed',
  'store_unavailable',
  'internal',
  'busy',
];

export function DocumentRoute() {
  const { vault = '', id = '' } = useParams<{ vault: string; id: string }>();
  return <Document key={`${vault} ${id}`} vault={vault} id={id} />;
}

function Document({ vault, id }: { readonly vault: string; readonly id: string }) {
  const { engine } = useSession();
  const { role } = useAccount();
  const [, navigate] = useLocation();
  const load = useCallback(() => valueOf(engine().documents.document(vault, id)), [engine, vault, id]);
  const [opened, reload] = useLoadable(load);
  const news = useNews();
  const preview = usePreview(vault, id);
  const search = useRecordSearch();
  const shown = opened.state === 'ready' ? opened.value : undefined;
  useEffect(() => {
    if (preview.state !== 'ready' || shown === undefined || shown.guest) return;
    void search.remember(vault, shown.document, preview.source);
  }, [search, vault, shown, preview]);
  const [action, run] = useAction();
  const { downloads, view } = useDownloads(vault, id);
  const { documents } = engine();
  const back = role === 'patient' ? ROUTES.vault : vaultPath(vault);
  if (opened.state === 'loading') return <Loading />;
  const value = opened.state === 'ready' || opened.state === 'offline' ? opened.value : undefined;
  const change = (action_: () => Promise<void>) =>
    run(async () => {
      await action_();
      news.tell(vault);
      reload();
    });
  const none = { refile: false, mask: false, remove: false, share: false };
  return (
    <DocumentPage
      document={mapped(opened, (one) => one.document)}
      preview={preview}
      rights={value?.rights ?? none}
      sections={value?.sections ?? []}
      guest={value?.guest ?? false}
      backHref={back}
      action={action}
      download={view}
      onDownload={() => downloads.start(vault, id)}
      onCancelDownload={() => downloads.cancel(vault, id)}
      onRefile={(section) => change(() => valueOf(documents.refile(vault, id, section)))}
      onTags={
        value?.rights.mask === true
          ? (tags) => change(() => valueOf(documents.retag(vault, id, tags)))
          : undefined
      }
      onMask={() => change(() => valueOf(documents.mask(vault, id)))}
      onUnmask={(section) => change(() => valueOf(documents.refile(vault, id, section)))}
      onRemove={() =>
        run(async () => {
          await valueOf(documents.remove(vault, id));
          news.tell(vault);
          navigate(back, { replace: true });
        })
      }
      compareHref={comparePath(vault, id)}
      keep={
        value === undefined || value.guest ? undefined : (
          <Suspense>
            <KeepDocument id={id} />
          </Suspense>
        )
      }
      onShare={() => navigate(`${ROUTES.shareNew}?document=${encodeURIComponent(id)}`)}
    />
  );
}

/** Opens the document once a visit: every opening stands in the journal. */
export function usePreview(vault: string, id: string): PreviewState {
  const { engine } = useSession();
  const [round, setRound] = useState(0);
  const [state, setState] = useState<PreviewState>({ state: 'loading' });
  useEffect(() => {
    let wanted = true;
    const show = (next: PreviewState) => {
      if (wanted) setState(next);
    };
    // Progress comes by another channel than the answer, and may be late: what is shown is not taken back.
    const progress = Comlink.proxy((received: number, total: number) => {
      if (wanted) setState((now) => (now.state === 'loading' ? { state: 'loading', received, total } : now));
    });
    const onRetry = () => {
      setState({ state: 'loading' });
      setRound((number) => number + 1);
    };
    // React runs effects twice while developing; the pause keeps that from leaving two traces.
    const timer = setTimeout(() => {
      valueOf(engine().documents.preview(vault, id, progress)).then(
        (source) => show(source === null ? { state: 'too_large' } : { state: 'ready', source }),
        (thrown: unknown) => show({ state: 'failed', error: codeOf(thrown), onRetry }),
      );
    }, 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [engine, vault, id, round]);
  return state;
}

function mapped<T, R>(from: Loadable<T>, to: (value: T) => R): Loadable<R> {
  if (from.state === 'ready') return { state: 'ready', value: to(from.value) };
  if (from.state !== 'offline') return from;
  const { value, ...rest } = from;
  return value === undefined ? rest : { ...rest, value: to(value) };
}
