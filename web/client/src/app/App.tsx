/**
 * The app: session around everything, the frame, and which page stands at which address.
 *
 * Pages load when they are first shown, so that the first one is small.
 */
import { Suspense, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { chooseLanguage } from '../i18n';
import { AppShell } from '../ui/components/AppShell';
import { Loading } from '../ui/components/Loading';
import { NotFound } from '../ui/pages/NotFound';
import { Welcome } from '../ui/pages/Welcome';
import { ROUTES } from '../ui/paths';
import { useLanguage } from '../ui/useLanguage';
import { goToPage } from '../ui/useTitle';
import type { Role } from '../ui/models';
import { isOnline, watchConnection } from './connection';
import { FragmentsProvider } from './context';
import { DownloadsProvider } from './downloads';
import { Failures } from './Failures';
import type { Fragments } from './fragment';
import { lazy } from './lazily';
import { NewsProvider } from './news';
import { UnreadProvider, useUnread } from './notices';
import { ReceivedProvider } from './received';
import { SearchProvider } from './search';
import { SessionProvider, useSession } from './session';
import { ToastsProvider } from './toasts';
import { UploadsProvider } from './uploads';

const accounts = () => import('./routes/AccountRoutes');
const vaults = () => import('./routes/VaultRoutes');
const grants = () => import('./routes/GrantRoutes');
const shares = () => import('./routes/ShareRoutes');

const SignUp = lazy(async () => ({ default: (await accounts()).SignUpRoute }));
const Kit = lazy(async () => ({ default: (await accounts()).KitRoute }));
const SignIn = lazy(async () => ({ default: (await accounts()).SignInRoute }));
const Recover = lazy(async () => ({ default: (await accounts()).RecoverRoute }));
const Settings = lazy(async () => ({ default: (await accounts()).SettingsRoute }));
const own = () => import('./routes/OwnAccountRoutes');
const Devices = lazy(async () => ({ default: (await own()).DevicesRoute }));
const NewKit = lazy(async () => ({ default: (await own()).NewKitRoute }));
const leaving = () => import('./routes/LeavingRoutes');
const DeleteAccount = lazy(async () => ({ default: (await leaving()).DeleteAccountRoute }));
const Receipt = lazy(async () => ({ default: (await leaving()).ReceiptRoute }));
const Leaving = lazy(async () => ({ default: (await leaving()).Leaving }));
const Export = lazy(async () => ({ default: (await import('./routes/ExportRoute')).ExportRoute }));
const Maintenance = lazy(async () => ({ default: (await import('./hostState')).Maintenance }));
const NewVersion = lazy(async () => ({ default: (await import('./versions')).NewVersion }));
const OwnVault = lazy(async () => ({ default: (await vaults()).OwnVaultRoute }));
const OtherVault = lazy(async () => ({ default: (await vaults()).OtherVaultRoute }));
const Document = lazy(async () => ({ default: (await vaults()).DocumentRoute }));
const compare = () => import('./routes/CompareRoute');
const Compare = lazy(async () => ({ default: (await compare()).CompareRoute }));
const CompareWith = lazy(async () => ({ default: (await compare()).CompareWithRoute }));
const Invite = lazy(async () => ({ default: (await grants()).InviteRoute }));
const Grants = lazy(async () => ({ default: (await grants()).GrantsRoute }));
const Contact = lazy(async () => ({ default: (await import('./routes/ContactRoute')).ContactRoute }));
const Sections = lazy(async () => ({ default: (await import('./routes/DepositRoutes')).SectionsRoute }));
const Profile = lazy(async () => ({ default: (await import('./routes/ProfileRoutes')).ProfileRoute }));
const EmergencyCard = lazy(async () => ({
  default: (await import('./routes/ProfileRoutes')).CardRoute,
}));
const Deposit = lazy(async () => ({ default: (await import('./routes/DepositRoutes')).DepositRoute }));
const Redeem = lazy(async () => ({ default: (await grants()).RedeemRoute }));
const Vaults = lazy(async () => ({ default: (await grants()).VaultsRoute }));
const ShareNew = lazy(async () => ({ default: (await shares()).ShareNewRoute }));
const Shares = lazy(async () => ({ default: (await shares()).SharesRoute }));
const ShareViewer = lazy(async () => ({ default: (await shares()).ShareViewerRoute }));
const Notices = lazy(async () => ({ default: (await import('./routes/NoticesRoute')).NoticesRoute }));
const OwnAccesses = lazy(async () => ({
  default: (await import('./routes/JournalRoute')).OwnAccessesRoute,
}));
const kept = () => import('./routes/KeptRoutes');
const Kept = lazy(async () => ({ default: (await kept()).KeptRoute }));
const KeptDocument = lazy(async () => ({ default: (await kept()).KeptDocumentRoute }));
const WithoutNetwork = lazy(async () => ({ default: (await kept()).WithoutNetwork }));
const Journal = lazy(async () => ({ default: (await import('./routes/JournalRoute')).JournalRoute }));

export function App({ fragments }: { readonly fragments: Fragments }) {
  return (
    <FragmentsProvider value={fragments}>
      <SessionProvider>
        <NewsProvider>
          <UploadsProvider>
            <SearchProvider>
              <DownloadsProvider>
                <ToastsProvider>
                  <UnreadProvider>
                    <ReceivedProvider>
                      <Frame />
                    </ReceivedProvider>
                  </UnreadProvider>
                </ToastsProvider>
              </DownloadsProvider>
            </SearchProvider>
          </UploadsProvider>
        </NewsProvider>
      </SessionProvider>
    </FragmentsProvider>
  );
}

function Frame() {
  const { state, signOut } = useSession();
  const [path, navigate] = useLocation();
  const language = useLanguage();
  const { count, look } = useUnread();
  const online = useSyncExternalStore(watchConnection, isOnline);
  const unasked = state.stage === 'out' && state.unreachable === true;
  const way = state.stage !== 'in' && state.stage !== 'kept' && path !== ROUTES.kept && path !== ROUTES.view;
  const from = useRef(path);
  useEffect(() => {
    if (from.current !== path) goToPage();
    from.current = path;
  }, [path]);
  useEffect(() => {
    // Newer browsers answer with a promise, which must not be taken for the effect's end.
    void window.scrollTo(0, 0);
    look();
  }, [path, look]);
  return (
    <AppShell
      account={
        state.stage === 'in' && path !== ROUTES.kit && path !== ROUTES.view ? state.account : undefined
      }
      language={language}
      onLanguage={(next) => void chooseLanguage(next)}
      onSignOut={() => {
        void signOut();
        navigate(ROUTES.home);
      }}
      onOpenSettings={() => navigate(ROUTES.settings)}
      path={path}
      unread={count}
      offline={!online}
      bare={path === ROUTES.view || path === ROUTES.kit || state.stage === 'locked'}
    >
      <Suspense fallback={null}>
        <NewVersion />
        <Maintenance />
        {state.stage === 'in' && state.account.deletionDue !== undefined && path !== ROUTES.deleteAccount && (
          <Leaving />
        )}
        {way && (!online || unasked) && <WithoutNetwork />}
      </Suspense>
      <Failures key={path}>
        <Suspense fallback={<Loading />}>
          <Routes />
        </Suspense>
      </Failures>
    </AppShell>
  );
}

function Routes() {
  return (
    <Switch>
      <Route path={ROUTES.home} component={Home} />
      <Route path={ROUTES.signUp}>
        <Newcomers>
          <SignUp />
        </Newcomers>
      </Route>
      <Route path={ROUTES.signIn}>
        <Newcomers>
          <SignIn />
        </Newcomers>
      </Route>
      <Route path={ROUTES.recover} component={Recover} />
      <Route path={ROUTES.redeem} component={Redeem} />
      <Route path={ROUTES.deposit} component={Deposit} />
      <Route path={ROUTES.sections}>
        <Members role="patient">
          <Sections />
        </Members>
      </Route>
      <Route path={ROUTES.profile}>
        <Members role="patient">
          <Profile />
        </Members>
      </Route>
      <Route path={ROUTES.card}>
        <Members role="patient">
          <EmergencyCard />
        </Members>
      </Route>
      <Route path={ROUTES.view} component={ShareViewer} />
      <Route path={ROUTES.receipt} component={Receipt} />
      <Route path={ROUTES.kit}>
        <Members>
          <Kit />
        </Members>
      </Route>
      <Route path={ROUTES.settings}>
        <Members>
          <Settings />
        </Members>
      </Route>
      <Route path={ROUTES.devices}>
        <Members>
          <Devices />
        </Members>
      </Route>
      <Route path={ROUTES.newKit}>
        <Members>
          <NewKit />
        </Members>
      </Route>
      <Route path={ROUTES.deleteAccount}>
        <Members>
          <DeleteAccount />
        </Members>
      </Route>
      <Route path={ROUTES.export}>
        <Members role="patient">
          <Export />
        </Members>
      </Route>
      <Route path={ROUTES.notices}>
        <Members>
          <Notices />
        </Members>
      </Route>
      <Route path={ROUTES.vault}>
        <Members>
          <OwnVault />
        </Members>
      </Route>
      <Route path={ROUTES.document}>
        <Members>
          <Document />
        </Members>
      </Route>
      <Route path={ROUTES.compare}>
        <Members>
          <Compare />
        </Members>
      </Route>
      <Route path={ROUTES.compareWith}>
        <Members>
          <CompareWith />
        </Members>
      </Route>
      <Route path={ROUTES.ownAccesses}>
        <Members role="professional">
          <OwnAccesses />
        </Members>
      </Route>
      <Route path={ROUTES.otherVault}>
        <Members>
          <OtherVault />
        </Members>
      </Route>
      <Route path={ROUTES.vaults}>
        <Members role="professional">
          <Vaults />
        </Members>
      </Route>
      <Route path={ROUTES.invite}>
        <Members role="patient">
          <Invite />
        </Members>
      </Route>
      <Route path={ROUTES.contact}>
        <Members>
          <Contact />
        </Members>
      </Route>
      <Route path={ROUTES.grants}>
        <Members role="patient">
          <Grants />
        </Members>
      </Route>
      <Route path={ROUTES.journal}>
        <Members role="patient">
          <Journal />
        </Members>
      </Route>
      <Route path={ROUTES.shareNew}>
        <Members role="patient">
          <ShareNew />
        </Members>
      </Route>
      <Route path={ROUTES.shares}>
        <Members role="patient">
          <Shares />
        </Members>
      </Route>
      <Route path={ROUTES.kept} component={Kept} />
      <Route path={ROUTES.keptDocument} component={KeptDocument} />
      <Route component={NotFound} />
    </Switch>
  );
}

function Home() {
  const { state } = useSession();
  if (state.stage === 'starting') return <Loading />;
  if (state.stage === 'locked') return <Redirect to={ROUTES.signIn} replace />;
  if (state.stage === 'out') return <Welcome />;
  if (state.stage === 'kept') return <Redirect to={ROUTES.kept} replace />;
  return <Redirect to={state.account.role === 'patient' ? ROUTES.vault : ROUTES.vaults} replace />;
}

/** Pages for people who are not signed in. */
function Newcomers({ children }: { readonly children: ReactNode }) {
  const { state } = useSession();
  if (state.stage === 'starting') return <Loading />;
  return state.stage === 'in' ? <Redirect to={ROUTES.home} replace /> : children;
}

/** Pages of an account; whoever is not signed in does it here and then sees the page. */
function Members({ role, children }: { readonly role?: Role; readonly children: ReactNode }) {
  const { state } = useSession();
  if (state.stage === 'starting') return <Loading />;
  if (state.stage !== 'in') return <SignIn here />;
  return role === undefined || role === state.account.role ? children : <Redirect to={ROUTES.home} replace />;
}
