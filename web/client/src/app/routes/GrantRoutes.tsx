/** Pages of grants, wired: inviting, who has access, redeeming, a professional's vaults. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';
import { useTranslation } from 'react-i18next';
import { Grants } from '../../ui/pages/Grants';
import { Invite } from '../../ui/pages/Invite';
import { Redeem, type RedeemState } from '../../ui/pages/Redeem';
import { Vaults } from '../../ui/pages/Vaults';
import { Loading } from '../../ui/components/Loading';
import { ErrorPage } from '../../ui/pages/ErrorPage';
import type { DocumentView, InvitationView } from '../../ui/models';
import { ROUTES } from '../../ui/paths';
import { codeOf, valueOf, type RemoteEngine } from '../../worker/connect';
import { useFragments } from '../context';
import { useAction, useLoadable } from '../loading';
import { useNow } from '../now';
import { pathOfScanned } from '../scanned';
import { useSession } from '../session';

export function InviteRoute() {
  const { engine } = useSession();
  const now = useNow();
  const [content, reload] = useLoadable(useCallback(() => valueOf(engine().documents.content()), [engine]));
  const [invitation, setInvitation] = useState<InvitationView | undefined>(undefined);
  const [submission, run] = useAction();
  if (content.state === 'failed') return <ErrorPage error={content.error} onReload={reload} />;
  if (content.state !== 'ready') return <Loading />;
  return (
    <Invite
      {...submission}
      sections={content.value.sections.filter(({ kind }) => kind !== 'masked' && kind !== 'inbox')}
      documents={grantable(content.value.documents)}
      invitation={invitation}
      now={now}
      onSubmit={(values) => run(async () => setInvitation(await valueOf(engine().grants.invite(values))))}
    />
  );
}

/** What may be given one by one: not a deposit that nobody could open. */
export function grantable(documents: readonly DocumentView[]): readonly DocumentView[] {
  return documents.filter((one) => one.unreadable !== true);
}

export function GrantsRoute() {
  const { engine } = useSession();
  const now = useNow();
  const [grants, reload] = useLoadable(useCallback(() => valueOf(engine().grants.grants()), [engine]));
  const [action, run] = useAction();
  const change = (act: (grants: RemoteEngine['grants']) => ReturnType<RemoteEngine['grants']['renew']>) =>
    run(async () => {
      await valueOf(act(engine().grants));
      reload();
    });
  return (
    <Grants
      grants={grants}
      now={now}
      action={action}
      onRevoke={(grant) => change((grants) => grants.revoke(grant))}
      onRenew={(grant) => change((grants) => grants.renew(grant))}
      onRenewAsked={() => change((grants) => grants.renewAsked())}
      onRefuse={(grant) => change((grants) => grants.refuse(grant))}
      onBlock={(grant) => change((grants) => grants.block(grant))}
      onUnblock={(grant) => change((grants) => grants.unblock(grant))}
    />
  );
}

export function VaultsRoute() {
  const { engine } = useSession();
  const now = useNow();
  const fragments = useFragments();
  const [, navigate] = useLocation();
  const lead = (text: string) => {
    const path = pathOfScanned(text, location.origin);
    if (path === undefined) return false;
    fragments.bring(path, text.trim());
    navigate(path);
    return true;
  };
  const [vaults] = useLoadable(useCallback(() => valueOf(engine().grants.vaults()), [engine]));
  const [action, run] = useAction();
  const [asked, setAsked] = useState<readonly string[]>([]);
  return (
    <Vaults
      vaults={vaults}
      action={action}
      asked={asked}
      now={now}
      onScanned={lead}
      onAsk={(grant) =>
        run(async () => {
          await valueOf(engine().grants.ask(grant));
          setAsked((before) => [...before, grant]);
        })
      }
    />
  );
}

/** The invitation's link waits in memory until somebody is signed in who can redeem it. */
export function RedeemRoute() {
  const { state } = useSession();
  const fragments = useFragments();
  const brought = useSyncExternalStore(fragments.subscribe, () => fragments.get(ROUTES.redeem));
  const nothing = () => undefined;
  if (state.stage === 'starting') return <Loading />;
  if (state.stage !== 'in') {
    return <Redeem state={{ stage: 'sign_in' }} onLink={nothing} onAccept={nothing} onCancel={nothing} />;
  }
  if (state.account.role !== 'professional') {
    return <Redeem state={{ stage: 'wrong_role' }} onLink={nothing} onAccept={nothing} onCancel={nothing} />;
  }
  return <RedeemAsProfessional key={brought} brought={brought} />;
}

function RedeemAsProfessional({ brought }: { readonly brought: string | undefined }) {
  const { engine } = useSession();
  const { t } = useTranslation();
  const fragments = useFragments();
  const [, navigate] = useLocation();
  const [link, setLink] = useState(brought);
  const [state, setState] = useState<RedeemState>(
    link === undefined ? { stage: 'ask' } : { stage: 'checking' },
  );

  useEffect(() => {
    if (link === undefined) return;
    let wanted = true;
    valueOf(engine().grants.look(link)).then(
      ({ sectionCount, documentCount, ...offer }) => {
        const name =
          documentCount > 0
            ? t('named.count', { count: documentCount })
            : t('redeem.sectionCount', { count: sectionCount });
        const sections = [{ id: 'all', kind: 'custom' as const, name }];
        if (wanted) setState({ stage: 'offer', offer: { ...offer, sections }, pending: false });
      },
      (thrown: unknown) => {
        if (wanted) setState({ stage: 'ask', error: codeOf(thrown) });
      },
    );
    return () => {
      wanted = false;
    };
  }, [link, engine, t]);

  const accept = () => {
    if (state.stage !== 'offer') return;
    const { offer } = state;
    setState({ ...state, pending: true, error: undefined });
    valueOf(engine().grants.accept()).then(
      (done) => setState({ stage: 'done', ...done }),
      (thrown: unknown) => setState({ stage: 'offer', offer, pending: false, error: codeOf(thrown) }),
    );
  };
  const leave = () => {
    fragments.forget(ROUTES.redeem);
    navigate(ROUTES.vaults);
  };
  const look = (text: string) => {
    setState({ stage: 'checking' });
    // The same text again is tried again.
    setLink(undefined);
    queueMicrotask(() => setLink(text));
  };
  const over = state.stage === 'done';
  useEffect(() => {
    if (!over) return;
    // A used link must not come back when this page is visited again.
    return () => fragments.forget(ROUTES.redeem);
  }, [over, fragments]);
  return <Redeem state={state} onLink={look} onAccept={accept} onCancel={leave} />;
}
