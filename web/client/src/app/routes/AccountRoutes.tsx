/** Pages of the account, wired: sign up, kit, sign in, recover, settings. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Redirect, useLocation, useSearchParams } from 'wouter';
import { chooseLanguage } from '../../i18n';
import { Kit } from '../../ui/pages/Kit';
import { Recover } from '../../ui/pages/Recover';
import { Settings } from '../../ui/pages/Settings';
import { SignIn } from '../../ui/pages/SignIn';
import { SignUp } from '../../ui/pages/SignUp';
import { SignUpCode } from '../../ui/components/SignUpCode';
import { StorageCard } from '../../ui/components/StorageCard';
import { Loading } from '../../ui/components/Loading';
import type { SignUpValues } from '../../ui/models';
import { ROUTES } from '../../ui/paths';
import { useLanguage } from '../../ui/useLanguage';
import { valueOf } from '../../worker/connect';
import { saveBlob } from '../download';
import { useContact } from '../contact';
import { useFragments, useHome } from '../context';
import { chooseLockMinutes, lockMinutes } from '../lockAfter';
import { useAction, useLoadable } from '../loading';
import { useNoticeSettings } from '../noticeSettings';
import { useRatePassword } from '../ratePassword';
import { useAccount, useSession } from '../session';
import { AppOnThisDevice } from '../versions';

export function SignUpRoute() {
  const { engine, begin } = useSession();
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  const [submission, run] = useAction();
  const rate = useRatePassword();
  const [waiting, setWaiting] = useState<SignUpValues | null>(null);
  const open = async (values: SignUpValues) => {
    const account = await valueOf(engine().accounts.signUp(values));
    // The kit's page comes first; without this the home page of the account would.
    navigate(ROUTES.kit);
    begin(account);
  };
  return (
    <SignUp
      {...submission}
      initialRole={search.get('role') === 'professional' ? 'professional' : 'patient'}
      ratePassword={rate}
      onSubmit={(values) =>
        run(async () => {
          if (await valueOf(engine().accounts.sendSignUpCode(values.email))) setWaiting(values);
          else await open(values);
        })
      }
      instead={waiting && <ConfirmAddress values={waiting} open={open} onBack={() => setWaiting(null)} />}
    />
  );
}

interface ConfirmAddressProps {
  readonly values: SignUpValues;
  readonly open: (values: SignUpValues) => Promise<void>;
  readonly onBack: () => void;
}

function ConfirmAddress({ values, open, onBack }: ConfirmAddressProps) {
  const { engine } = useSession();
  const [submission, run] = useAction();
  const [asked, setAsked] = useState(1);
  return (
    <SignUpCode
      {...submission}
      email={values.email}
      asked={asked}
      onCode={(code) => run(() => open({ ...values, code }))}
      onAgain={() =>
        run(async () => {
          await valueOf(engine().accounts.sendSignUpCode(values.email));
          setAsked((count) => count + 1);
        })
      }
      onBack={onBack}
    />
  );
}

export function KitRoute() {
  const { engine } = useSession();
  const { role } = useAccount();
  const language = useLanguage();
  const [, navigate] = useLocation();
  const home = useHome();
  const [kit] = useLoadable(useCallback(() => valueOf(engine().accounts.kit(language)), [engine, language]));
  const [download, run] = useAction();
  if (kit.state === 'failed') return <Redirect to={home} replace />;
  if (kit.state !== 'ready') return <Loading />;
  return (
    <Kit
      kit={kit.value}
      role={role}
      preparing={download.pending}
      error={download.error}
      onDownload={() =>
        run(async () =>
          saveBlob(
            await valueOf(engine().accounts.kitPdf(language)),
            language === 'fr' ? 'kit-de-secours-coffre.pdf' : 'coffre-recovery-kit.pdf',
          ),
        )
      }
      onConfirmed={() => {
        void engine().accounts.kitConfirmed();
        navigate(home, { replace: true });
      }}
    />
  );
}

/** `here`: shown in place of a page that needs a session; that page comes back after it. */
export function SignInRoute({ here = false }: { readonly here?: boolean }) {
  const { engine, begin, state } = useSession();
  const [, navigate] = useLocation();
  const home = useHome();
  const [submission, run] = useAction();
  const contact = useContact(true);
  useEffect(() => {
    // Starts the engine while the person types.
    void engine();
  }, [engine]);
  const email = state.stage === 'locked' ? { email: state.email } : {};
  const wasEnded = state.stage === 'locked' && state.ended === true;
  return (
    <SignIn
      key={email.email}
      {...email}
      {...submission}
      contact={contact}
      error={submission.error ?? (wasEnded && !submission.pending ? 'unauthenticated' : undefined)}
      onSubmit={({ email: address, password }) =>
        run(async () => {
          const account = await valueOf(engine().accounts.signIn(address, password));
          if (!here) navigate(home, { replace: true });
          begin(account);
        })
      }
    />
  );
}

export function RecoverRoute() {
  const { engine, begin } = useSession();
  const fragments = useFragments();
  const link = useSyncExternalStore(fragments.subscribe, () => fragments.get(ROUTES.recover));
  const [, navigate] = useLocation();
  const [submission, run] = useAction();
  const rate = useRatePassword();
  return (
    <Recover
      {...submission}
      fromLink={link !== undefined}
      ratePassword={rate}
      onSubmit={({ email, words, password }) =>
        run(async () => {
          const account = await valueOf(engine().accounts.recover(email, words ?? link ?? '', password));
          navigate(ROUTES.home, { replace: true });
          begin(account);
          fragments.forget(ROUTES.recover);
        })
      }
    />
  );
}

export function SettingsRoute() {
  const { engine, signOut } = useSession();
  const account = useAccount();
  const language = useLanguage();
  const rate = useRatePassword();
  const [submission, run] = useAction();
  const notices = useNoticeSettings();
  const [changed, setChanged] = useState(false);
  const [after, setAfter] = useState(lockMinutes);
  const onSubmit = ({ current, next }: { readonly current: string; readonly next: string }) => {
    setChanged(false);
    run(async () => {
      await valueOf(engine().accounts.changePassword(current, next));
      setChanged(true);
    });
  };
  return (
    <Settings
      account={account}
      language={language}
      onLanguage={(next) => void chooseLanguage(next)}
      onSignOut={() => void signOut()}
      password={{ ...submission, changed, onSubmit }}
      ratePassword={rate}
      notices={notices}
      device={<AppOnThisDevice />}
      storage={account.role === 'patient' ? <OwnStorage /> : undefined}
      lock={{
        after,
        onAfter: (minutes) => {
          chooseLockMinutes(minutes);
          setAfter(minutes);
        },
      }}
    />
  );
}

function OwnStorage() {
  const { engine } = useSession();
  const [storage] = useLoadable(useCallback(() => valueOf(engine().ownAccount.storage()), [engine]));
  return <StorageCard storage={storage} />;
}
