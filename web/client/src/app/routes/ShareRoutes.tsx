/** Pages of shares, wired: making one, the list, and the viewer for whoever holds a link. */
import * as Comlink from 'comlink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ShareNew } from '../../ui/pages/ShareNew';
import { Shares } from '../../ui/pages/Shares';
import { ShareViewer, type Saving, type ShareReader } from '../../ui/pages/ShareViewer';
import { ShareEnter } from '../../ui/pages/ShareEnter';
import { KeepReceived } from '../../ui/components/KeepReceived';
import { Loading } from '../../ui/components/Loading';
import { fetchOtherLanguages } from '../../i18n';
import type { DocumentView, Loadable, OpenedShare, ShareView, ShareViewerState } from '../../ui/models';
import { ROUTES, vaultPath } from '../../ui/paths';
import { codeOf, EngineFault, valueOf } from '../../worker/connect';
import { saveBlob } from '../download';
import { useFragments } from '../context';
import { useAction, useLoadable } from '../loading';
import { useNow } from '../now';
import { useReceived } from '../received';
import { withRelay } from '../relay';
import { useSession } from '../session';

/** What travels inside a file of chapter 8. */
const MAX_SHARED = 20 << 20;

/** For the sheet of a share. */
function useOtherLanguages(): void {
  useEffect(() => void fetchOtherLanguages(), []);
}

export function ShareNewRoute() {
  const { engine } = useSession();
  useOtherLanguages();
  const now = useNow();
  const [search] = useSearchParams();
  const load = useCallback(async (): Promise<readonly DocumentView[]> => {
    return (await valueOf(engine().documents.content())).documents;
  }, [engine]);
  const [documents] = useLoadable(load);
  const [share, setShare] = useState<ShareView | undefined>(undefined);
  const [submission, run] = useAction();
  const end = (id: string) =>
    run(async () => {
      await valueOf(engine().shares.end(id));
      setShare((before) => (before === undefined ? before : { ...before, state: 'ended' }));
    });
  return (
    <ShareNew
      {...submission}
      documents={documents}
      initial={search.getAll('document')}
      summary={search.has('summary')}
      maxBytes={MAX_SHARED}
      now={now}
      share={share}
      onSubmit={(values) => run(async () => setShare(await valueOf(engine().shares.make(values))))}
      onEnd={() => {
        if (share !== undefined) end(share.id);
      }}
    />
  );
}

export function SharesRoute() {
  useOtherLanguages();
  const { engine } = useSession();
  const load = useCallback(() => valueOf(engine().shares.shares()), [engine]);
  const [shares, reload] = useLoadable<readonly ShareView[]>(load);
  const [action, run] = useAction();
  const now = useNow();
  const shown: Loadable<readonly ShareView[]> = shares;
  return (
    <Shares
      shares={shown}
      action={action}
      now={now}
      onExtend={(share, values) =>
        run(async () => {
          await valueOf(engine().shares.extend(share, values));
          reload();
        })
      }
      onEnd={(share) =>
        run(async () => {
          await valueOf(engine().shares.end(share));
          reload();
        })
      }
    />
  );
}

export function ShareViewerRoute() {
  const fragments = useFragments();
  const link = useSyncExternalStore(fragments.subscribe, () => fragments.get(ROUTES.view));
  const [entered, setEntered] = useState<string | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const shown = link ?? entered;
  if (shown === undefined) {
    return (
      <ShareEnter
        failed={failed}
        onLink={(text) => {
          setFailed(!text.includes('shlink:/'));
          if (text.includes('shlink:/')) setEntered(text);
        }}
      />
    );
  }
  return <Viewer key={shown} link={shown} />;
}

function Viewer({ link }: { readonly link: string }) {
  const { engine } = useSession();
  const [state, setState] = useState<ShareViewerState | null>(null);
  const [saving, setSaving] = useState<Readonly<Record<string, Saving>>>({});
  useEffect(() => {
    let wanted = true;
    valueOf(engine().shares.ask(link)).then(
      ({ ended, ...asked }) => {
        if (wanted) setState(ended ? { stage: 'ended' } : { stage: 'ask', ...asked, pending: false });
      },
      (thrown: unknown) => {
        if (wanted) setState({ stage: 'failed', error: codeOf(thrown) });
      },
    );
    return () => {
      wanted = false;
      // What was opened leaves the engine's memory with the page.
      void valueOf(engine().shares.close());
    };
  }, [engine, link]);
  if (state === null) return <Loading />;
  const open = ({ recipient, passcode }: ShareReader) => {
    if (state.stage !== 'ask' || state.pending) return;
    setState({ ...state, pending: true, error: undefined });
    const opening =
      state.issuer === undefined
        ? valueOf(engine().shares.open(link, recipient, passcode))
        : withRelay((ask) =>
            valueOf(engine().shares.openElsewhere(link, { recipient, passcode }, Comlink.proxy(ask))),
          );
    opening.then(
      (share) => setState({ stage: 'opened', share }),
      (thrown: unknown) => setState(afterRefusal(state, thrown)),
    );
  };
  const download = (id: string) => {
    const found = state.stage === 'opened' ? state.share.documents.find((one) => one.id === id) : undefined;
    if (found === undefined) return;
    if (found.source !== undefined) {
      saveBlob(new Blob([found.source.bytes]), found.fileName);
      return;
    }
    const tell = (value: Saving) => setSaving((before) => ({ ...before, [id]: value }));
    // Progress comes by another channel than the answer, and may be late: the end is not taken back.
    let over = false;
    const end = (value: Saving) => {
      over = true;
      tell(value);
    };
    const progress = Comlink.proxy((done: number) => {
      if (!over) tell(Math.min(99, Math.floor((100 * done) / found.size)));
    });
    tell(0);
    valueOf(engine().shares.collect(id, progress)).then(
      (blob) => {
        saveBlob(blob, found.fileName);
        end(100);
      },
      (thrown: unknown) => end(codeOf(thrown) === 'not_found' ? 'gone' : 'failed'),
    );
  };
  return (
    <ShareViewer
      state={state}
      saving={saving}
      keep={state.stage === 'opened' && <Keep share={state.share} />}
      onOpen={open}
      onDownload={download}
      onOver={() => {
        setState({ stage: 'ended' });
        void valueOf(engine().shares.close());
      }}
    />
  );
}

/** The documents go on to a vault's page, which asks for titles and sections before it seals them. */
function Keep({ share }: { readonly share: OpenedShare }) {
  const { engine, state } = useSession();
  const received = useReceived();
  const [, navigate] = useLocation();
  const role = state.stage === 'in' ? state.account.role : undefined;
  const load = useCallback(async () => {
    if (role !== 'professional') return [];
    const vaults = await valueOf(engine().grants.vaults());
    return vaults.filter(({ state: now, rights }) => now === 'active' && rights.includes('add'));
  }, [engine, role]);
  const [vaults] = useLoadable(load);
  const give = (path: string) => {
    received.give(
      share.documents.flatMap(({ title, fileName, mime, date, source }) => {
        if (source === undefined) return [];
        // The document's day, as far as the link says, is the day that is proposed for it.
        const day = new Date(`${date}T12:00`).getTime();
        const lastModified = Number.isNaN(day) ? Date.now() : day;
        return [{ title, file: new File([source.bytes], fileName, { type: mime, lastModified }) }];
      }),
    );
    navigate(path);
  };
  if (role === 'professional' && vaults.state === 'loading') return null;
  const known = vaults.state === 'ready' ? vaults.value : [];
  return (
    <KeepReceived
      offer={
        role === undefined
          ? { who: 'nobody' }
          : role === 'patient'
            ? { who: 'patient' }
            : { who: 'professional', vaults: known }
      }
      large={share.documents.some((one) => one.source === undefined)}
      onKeep={(vault) => give(vault === undefined ? ROUTES.vault : vaultPath(vault))}
      onKeepByLink={() => give(ROUTES.deposit)}
    />
  );
}

function afterRefusal(
  asked: ShareViewerState & { readonly stage: 'ask' },
  thrown: unknown,
): ShareViewerState {
  const code = codeOf(thrown);
  if (code === 'ended') return { stage: 'ended' };
  const wrong = code === 'credentials';
  const remainingAttempts = thrown instanceof EngineFault ? thrown.remainingAttempts : undefined;
  return { ...asked, pending: false, error: wrong ? 'wrong_passcode' : code, remainingAttempts };
}
