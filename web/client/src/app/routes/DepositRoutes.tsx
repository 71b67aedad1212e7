/** Pages of deposits, wired: a patient's sections and link; a professional's deposits by such a link. */
import * as Comlink from 'comlink';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Loading } from '../../ui/components/Loading';
import { Deposit, type DepositFile, type OwnDepositView } from '../../ui/pages/Deposit';
import { Sections } from '../../ui/pages/Sections';
import type { ErrorCode } from '../../ui/models';
import { ROUTES } from '../../ui/paths';
import { codeOf, valueOf, type RemoteEngine } from '../../worker/connect';
import { useFragments } from '../context';
import { useAction, useLoadable } from '../loading';
import { useNow } from '../now';
import { useReceived } from '../received';
import { useHold, useSession } from '../session';

export function SectionsRoute() {
  const { engine } = useSession();
  const [content, reload] = useLoadable(useCallback(() => valueOf(engine().sections.list()), [engine]));
  const [action, run] = useAction();
  const change = (act: (sections: RemoteEngine['sections']) => ReturnType<RemoteEngine['sections']['add']>) =>
    run(async () => {
      await valueOf(act(engine().sections));
      reload();
    });
  return (
    <Sections
      content={content}
      action={action}
      onAdd={(name) => change((sections) => sections.add(name))}
      onRename={(section, name) => change((sections) => sections.rename(section, name))}
      onMaskNew={(on) => change((sections) => sections.maskNew(on))}
    />
  );
}

const nothing = () => undefined;
const NO_ACTIONS = {
  onLink: nothing,
  onFiles: nothing,
  onTitle: nothing,
  onSubmit: nothing,
  onWithdraw: nothing,
  onAnother: nothing,
};

/** The deposit link waits in memory until a professional is signed in. */
export function DepositRoute() {
  const { state } = useSession();
  const now = useNow();
  const fragments = useFragments();
  const brought = useSyncExternalStore(fragments.subscribe, () => fragments.get(ROUTES.deposit));
  if (state.stage === 'starting') return <Loading />;
  if (state.stage !== 'in' || state.account.role !== 'professional') {
    const stage = state.stage === 'in' ? 'wrong_role' : 'sign_in';
    return <Deposit state={{ stage }} now={now} {...NO_ACTIONS} />;
  }
  return <DepositAsProfessional key={brought} brought={brought} />;
}

interface Chosen {
  readonly file: File;
  readonly view: DepositFile;
}

function DepositAsProfessional({ brought }: { readonly brought: string | undefined }) {
  const { engine } = useSession();
  const now = useNow();
  const fragments = useFragments();
  const [link, setLink] = useState(brought);
  const [vault, setVault] = useState<string | undefined>(undefined);
  const [error, setError] = useState<ErrorCode | undefined>(undefined);
  const received = useReceived();
  const [chosen, setChosen] = useState<readonly Chosen[]>(() =>
    received.waiting().map(({ file, title }) => ({ file, view: { ...viewOf(file), title } })),
  );
  useEffect(() => void received.take(), [received]);
  const [own, setOwn] = useState<readonly OwnDepositView[]>([]);
  const [action, run] = useAction();
  useHold(action.pending);
  useEffect(() => {
    if (link === undefined) return;
    let wanted = true;
    const { deposits } = engine();
    const look = async () => {
      const found = await valueOf(deposits.look(link));
      const before = await valueOf(deposits.own(found));
      if (wanted) setOwn(before);
      if (wanted) setVault(found);
    };
    look().catch((thrown: unknown) => {
      if (!wanted) return;
      setError(codeOf(thrown));
      setLink(undefined);
    });
    return () => {
      wanted = false;
    };
  }, [link, engine]);

  const patch = (id: string, change: Partial<DepositFile>) =>
    setChosen((before) =>
      before.map((one) => (one.view.id === id ? { ...one, view: { ...one.view, ...change } } : one)),
    );
  const choose = (files: readonly File[]) =>
    setChosen((before) => [...before, ...files.map((file) => ({ file, view: viewOf(file) }))]);
  const submit = (date: string) =>
    run(async () => {
      if (link === undefined || vault === undefined) return;
      for (const { file, view } of chosen.filter((one) => ['chosen', 'failed'].includes(one.view.state))) {
        const { id, title } = view;
        patch(id, { state: 'sending', sent: 0, error: undefined });
        const progress = Comlink.proxy((sent: number, total: number) =>
          patch(id, { sent: Math.round((file.size * sent) / total) }),
        );
        try {
          await valueOf(engine().deposits.deposit(link, file, { title: title.trim(), date }, progress));
          patch(id, { state: 'sent', sent: file.size });
        } catch (thrown) {
          patch(id, { state: 'failed', error: codeOf(thrown) });
        }
      }
      setOwn(await valueOf(engine().deposits.own(vault)));
    });
  const withdraw = (id: string) =>
    run(async () => {
      if (vault === undefined) return;
      await valueOf(engine().deposits.withdraw(vault, id));
      setOwn(await valueOf(engine().deposits.own(vault)));
    });
  const another = () => {
    fragments.forget(ROUTES.deposit);
    setLink(undefined);
    setVault(undefined);
    setChosen([]);
  };
  const ready = { files: chosen.map((one) => one.view), own, action };
  return (
    <Deposit
      state={
        vault !== undefined
          ? { stage: 'ready', ...ready }
          : link !== undefined
            ? { stage: 'checking' }
            : { stage: 'ask', error }
      }
      now={now}
      onLink={(text) => {
        setError(undefined);
        setLink(text);
      }}
      onFiles={choose}
      onTitle={(id, title) => patch(id, { title })}
      onSubmit={submit}
      onWithdraw={withdraw}
      onAnother={another}
    />
  );
}

function viewOf(file: File): DepositFile {
  const stem = file.name.replace(/\.[^.]+$/, '');
  return {
    id: crypto.randomUUID(),
    fileName: file.name,
    title: stem.replaceAll('_', ' ').slice(0, 200),
    size: file.size,
    sent: 0,
    state: 'chosen',
  };
}
