/** The ways to the account's own pages. */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Role } from '../models';
import { ROUTES } from '../paths';
import { Icon } from './Icon';
import type { IconName } from './Icon';

const LINKS = [
  { name: 'devices', href: ROUTES.devices, icon: 'user' },
  { name: 'newKit', href: ROUTES.newKit, icon: 'key' },
  { name: 'export', href: ROUTES.export, icon: 'download' },
] as const satisfies readonly { readonly icon: IconName; readonly name: string; readonly href: string }[];

export function OwnAccountLinks({ role }: { readonly role: Role }) {
  const { t } = useTranslation();
  const links = LINKS.filter(({ name }) => name !== 'export' || role === 'patient');
  return (
    <nav aria-label={t('ownAccount.manage')} className="rows">
      {links.map(({ name, href, icon }) => (
        <Way
          key={name}
          {...{ href, icon }}
          title={t(`ownAccount.${name}.link`)}
          text={t(`ownAccount.${name}.linkText`)}
        />
      ))}
      {role === 'patient' && (
        <Way href={ROUTES.kept} icon="offline" title={t('kept.link')} text={t('kept.linkText')} />
      )}
      <Way href={ROUTES.deleteAccount} icon="trash" title={t('leaving.link')} text={t('leaving.linkText')} />
    </nav>
  );
}

interface WayProps {
  readonly href: string;
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
}

function Way({ href, icon, title, text }: WayProps) {
  return (
    <Link href={href} className="list-row list-row-link">
      <Icon name={icon} />
      <span className="list-row-main">
        <span className="list-row-title">{title}</span>
        <span className="list-row-meta">{text}</span>
      </span>
      <Icon name="chevron" />
    </Link>
  );
}
