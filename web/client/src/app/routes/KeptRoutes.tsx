/** Documents that this device keeps, wired: looked after by who is signed in, and read without the server after their password. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useParams } from 'wouter';
import { KeepHere } from '../../ui/components/KeepHere';
import { Loading } from '../../ui/components/Loading';
import { WithoutNetwork as WithoutNetworkNotice } from '../../ui/components/WithoutNetwork';
import type { KeptView } from '../../ui/keptModels';
import type { Loadable, PreviewState } from '../../ui/models';
import { Kept } from '../../ui/pages/Kept';
import { KeptDocument } from '../../ui/pages/KeptDocument';
import { KeptUnlock } from '../../ui/pages/KeptUnlock';
import { documentPath, keptPath } from '../../ui/paths';
import { codeOf, valueOf } from '../../worker/connect';
import { isOnline, watchConnection } from '../connection';
import { saveBlob } from '../download';
import { useAction, useLoadable } from '../loading';
import { keepHere } from '../keeping';
import { filesAnswer, filesAreKept, keepFiles } from '../offline';
import { useHold, useSession } from '../session';

/** The list, for who is signed in or unlocked it here; else the password. */
export function KeptRoute() {
  const { state } = useSession();
  if (state.stage === 'starting') return <Loading />;
  return state.stage === 'in' || state.stage === 'kept' ? <Copies /> : <Unlock />;
}

/** One copy, without the server. */
export function KeptDocumentRoute() {
  const { id = '' } = useParams<{ id: string }>();
  const { state } = useSession();
  if (state.stage === 'starting') return <Loading />;
  return state.stage === 'in' || state.stage === 'kept' ? <Copy key={id} id={id} /> : <Unlock />;
}

/** The way to what is kept, where there is no network. */
export function WithoutNetwork() {
  const { engine } = useSession();
  const [present] = useLoadable(useCallback(() => valueOf(engine().kept.present()), [engine]));
  if (present.state === 'loading') return null;
  return <WithoutNetworkNotice kept={present.state === 'ready' && present.value} />;
}

function Unlock() {
  const { engine, beginKept } = useSession();
  const [submission, run] = useAction();
  return (
    <KeptUnlock
      {...submission}
      onSubmit={({ email, password }) =>
        run(async () => {
          await valueOf(engine().kept.unlock(email, password));
          beginKept();
        })
      }
    />
  );
}

function useCopies() {
  const { engine } = useSession();
  return useLoadable(useCallback(() => valueOf(engine().kept.list()), [engine]));
}

function Copies() {
  const { engine, state, lock } = useSession();
  const [documents, reload] = useCopies();
  const [vault] = useLoadable(useCallback(() => valueOf(engine().kept.vault()), [engine]));
  const [action, run] = useAction();
  const online = useSyncExternalStore(watchConnection, isOnline);
  const { missing, keepApp } = useMissingApp();
  const known = vault.state === 'ready' ? vault.value : null;
  const change = (work: () => Promise<void>) =>
    run(async () => {
      await work();
      reload();
    });
  return (
    <Kept
      documents={documents}
      from={state.stage === 'in' ? 'vault' : online ? 'back' : 'copies'}
      action={action}
      hrefOf={({ id }) => (known === null ? keptPath(id) : documentPath(known, id))}
      onDrop={(id) => change(() => valueOf(engine().kept.drop(id)))}
      onDropAll={() => change(() => valueOf(engine().kept.dropAll()))}
      onLock={lock}
      onKeepApp={missing ? () => run(keepApp) : undefined}
    />
  );
}

/** The app's own files, without which no copy opens where there is no network. */
function useMissingApp() {
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    void filesAreKept().then((kept) => setMissing(!kept));
  }, []);
  const keepApp = async () => {
    await keepFiles();
    setMissing(false);
  };
  return { missing, keepApp };
}

function Copy({ id }: { readonly id: string }) {
  const [documents] = useCopies();
  const preview = useCopy(id);
  return (
    <KeptDocument
      document={one(documents, id)}
      preview={preview}
      frame={filesAnswer() ? 'kept' : undefined}
      onSave={() => {
        if (preview.state !== 'ready') return;
        const { bytes, name } = preview.source;
        saveBlob(new Blob([bytes], { type: 'application/octet-stream' }), name);
      }}
    />
  );
}

/** Opens the copy once a visit: every opening is noted for the journal. */
function useCopy(id: string): PreviewState {
  const { engine } = useSession();
  const [state, setState] = useState<PreviewState>({ state: 'loading' });
  useEffect(() => {
    let wanted = true;
    const show = (next: PreviewState) => {
      if (wanted) setState(next);
    };
    // React runs effects twice while developing; the pause keeps that from leaving two notes.
    const timer = setTimeout(() => {
      valueOf(engine().kept.preview(id)).then(
        (source) => show({ state: 'ready', source }),
        (thrown: unknown) => show({ state: 'failed', error: codeOf(thrown) }),
      );
    }, 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [engine, id]);
  return state;
}

function one(documents: Loadable<readonly KeptView[]>, id: string): Loadable<KeptView> {
  if (documents.state !== 'ready') return documents as Loadable<never>;
  const value = documents.value.find((document) => document.id === id);
  return value === undefined ? { state: 'failed', error: 'not_found' } : { state: 'ready', value };
}

/** The same of the own profile, once there is one. */
export function KeepProfile() {
  const { engine } = useSession();
  const [profile] = useLoadable(useCallback(() => valueOf(engine().kept.profile()), [engine]));
  if (profile.state !== 'ready' || profile.value === null) return null;
  return (
    <div className="page page-reading">
      <KeepDocument id={profile.value} />
    </div>
  );
}

/** Keeps a document of the own vault, or keeps it no more. */
export function KeepDocument({ id }: { readonly id: string }) {
  const { engine } = useSession();
  const [documents, reload] = useCopies();
  const [done, setDone] = useState<number>();
  const [action, run] = useAction();
  const online = useSyncExternalStore(watchConnection, isOnline);
  useHold(action.pending);
  if (documents.state !== 'ready') return null;
  const kept = documents.value.some((document) => document.id === id);
  const keep = async () => {
    await keepHere(engine(), id, setDone);
    reload();
  };
  return (
    <KeepHere
      kept={kept}
      action={action}
      done={done}
      readHref={online ? undefined : keptPath(id)}
      onKeep={() => {
        setDone(undefined);
        run(keep);
      }}
      onDrop={() =>
        run(async () => {
          await valueOf(engine().kept.drop(id));
          reload();
        })
      }
    />
  );
}
