/** The way to the notices, with how many are unread. */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { ROUTES } from '../paths';
import { Icon } from './Icon';

const MOST = 99;

export function Bell({ unread }: { readonly unread: number }) {
  const { t } = useTranslation();
  const label = unread === 0 ? t('notices.bell') : t('notices.bellUnread', { count: unread });
  return (
    <Link href={ROUTES.notices} className="button button-plain button-icon bell" aria-label={label}>
      <Icon name="bell" />
      {unread > 0 && (
        <span className="bell-count" aria-hidden="true">
          {unread > MOST ? `${String(MOST)}+` : unread}
        </span>
      )}
    </Link>
  );
}
