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
        <Link key={name} href={href} className="list-row list-row-link">
          <Icon name={icon} />
          <span className="list-row-main">
            <span className="list-row-title">{t(`ownAccount.${name}.link`)}</span>
            <span className="list-row-meta">{t(`ownAccount.${name}.linkText`)}</span>
          </span>
          <Icon name="chevron" />
        </Link>
      ))}
    </nav>
  );
}
