/** The frame of every page: skip link, brand, language switch, account menu, navigation by role. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { AccountView, Language } from '../models';
import { ROUTES } from '../paths';
import { Bell } from './Bell';
import { Button, IconButton, LinkButton } from './Button';
import { Icon } from './Icon';
import type { IconName } from './Icon';
import { Logo } from './Logo';
import { Menu } from './Menu';
import { Notice } from './Notice';

type NavKey = 'vault' | 'vaults' | 'grants' | 'shares' | 'journal' | 'redeem' | 'settings';

const NAV: Record<'patient' | 'professional', readonly { key: NavKey; href: string; icon: IconName }[]> = {
  patient: [
    { key: 'vault', href: ROUTES.vault, icon: 'folder' },
    { key: 'grants', href: ROUTES.grants, icon: 'stethoscope' },
    { key: 'shares', href: ROUTES.shares, icon: 'qr' },
    { key: 'journal', href: ROUTES.journal, icon: 'journal' },
  ],
  professional: [
    { key: 'vaults', href: ROUTES.vaults, icon: 'patients' },
    { key: 'redeem', href: ROUTES.redeem, icon: 'scan' },
    { key: 'settings', href: ROUTES.settings, icon: 'settings' },
  ],
};

export interface AppShellProps {
  /** Absent when nobody is signed in: no navigation then. */
  readonly account?: AccountView | undefined;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  readonly onSignOut: () => void;
  readonly onOpenSettings: () => void;
  /** Path of the current page. */
  readonly path: string;
  /** How many notices are unread. */
  readonly unread?: number;
  readonly offline?: boolean;
  /** Hides sign-in and sign-up links (share viewer). */
  readonly bare?: boolean;
  readonly children: ReactNode;
}

export function AppShell(props: AppShellProps) {
  const { account, path, offline = false, children } = props;
  const { t } = useTranslation();
  return (
    <div className={account ? 'shell shell-with-nav' : 'shell'}>
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <Header {...props} />
      {account && <Navigation role={account.role} path={path} />}
      <main className="shell-main" id="content" tabIndex={-1}>
        {offline && (
          <div className="page shell-offline">
            <Notice tone="warning" icon="offline">
              <p>{t('app.offline')}</p>
            </Notice>
          </div>
        )}
        {children}
      </main>
    </div>
  );
}

function Header({
  account,
  language,
  onLanguage,
  onSignOut,
  onOpenSettings,
  path,
  bare = false,
  offline = false,
  unread = 0,
}: AppShellProps) {
  const { t } = useTranslation();
  return (
    <header className="shell-header">
      <Link href={ROUTES.home} className="brand">
        <Logo />
        <span>{t('app.name')}</span>
      </Link>
      <LanguageSwitch language={language} onLanguage={onLanguage} />
      {account && <Bell unread={unread} />}
      {account && (
        <Menu
          label={t('nav.account')}
          trigger={<IconButton icon="user" label={`${t('nav.account')} — ${account.name}`} />}
          actions={[
            { id: 'settings', label: t('nav.settings'), icon: 'settings', onAction: onOpenSettings },
            { id: 'out', label: t('nav.signOut'), icon: 'signOut', onAction: onSignOut },
          ]}
        />
      )}
      {!account && !bare && !offline && path !== ROUTES.signIn && path !== ROUTES.home && (
        <LinkButton href={ROUTES.signIn} variant="quiet">
          {t('nav.signIn')}
        </LinkButton>
      )}
    </header>
  );
}

export function LanguageSwitch({ language, onLanguage }: Pick<AppShellProps, 'language' | 'onLanguage'>) {
  const { t } = useTranslation();
  return (
    <div className="lang-switch" role="group" aria-label={t('app.language')}>
      {(['fr', 'en'] as const).map((code) => (
        <Button
          key={code}
          variant="plain"
          aria-pressed={language === code}
          aria-label={`${code.toUpperCase()}, ${code === 'fr' ? t('app.french') : t('app.english')}`}
          onPress={() => onLanguage(code)}
        >
          {code.toUpperCase()}
        </Button>
      ))}
    </div>
  );
}

function Navigation({ role, path }: { readonly role: AccountView['role']; readonly path: string }) {
  const { t } = useTranslation();
  return (
    <nav className="shell-nav" aria-label={t('nav.main')}>
      {NAV[role].map(({ key, href, icon }) => {
        const current =
          path === href || (key !== 'vault' ? path.startsWith(`${href}/`) : path.startsWith('/vault/'));
        return (
          <Link key={key} href={href} className="nav-link" aria-current={current ? 'page' : undefined}>
            <Icon name={icon} />
            <span>{t(`nav.${key}`)}</span>
          </Link>
        );
      })}
    </nav>
  );
}
