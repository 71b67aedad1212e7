/** What the server tells the account, newest first. */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay, formatMoment } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { LinkButton } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { Icon } from '../components/Icon';
import type { IconName } from '../components/Icon';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import type { Loadable, Role } from '../models';
import type { NoticeKind, NoticesView, NoticeView } from '../noticeModels';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

const ICONS: Record<NoticeKind, IconName> = {
  opening: 'eye',
  share_opening: 'qr',
  deposit: 'add',
  grant_ending: 'clock',
  own_grant_ending: 'clock',
  renewal_request: 'retry',
  new_device: 'user',
  kit_used: 'key',
  key_change: 'key',
  suspended: 'lock',
  resumed: 'check',
  reader_suspended: 'lock',
  deletion_asked: 'trash',
  deletion_kept: 'check',
  reader_left: 'user',
  other: 'info',
};

/** Where each kind is looked at or answered. */
const PLACES: Partial<Record<NoticeKind, string>> = {
  opening: ROUTES.journal,
  share_opening: ROUTES.journal,
  deposit: ROUTES.vault,
  grant_ending: ROUTES.grants,
  renewal_request: ROUTES.grants,
  own_grant_ending: ROUTES.vaults,
  new_device: ROUTES.settings,
  kit_used: ROUTES.settings,
  key_change: ROUTES.settings,
  suspended: ROUTES.settings,
  resumed: ROUTES.settings,
  reader_suspended: ROUTES.grants,
  deletion_asked: ROUTES.deleteAccount,
  deletion_kept: ROUTES.settings,
  reader_left: ROUTES.grants,
};

export interface NoticesProps {
  readonly role: Role;
  readonly notices: Loadable<NoticesView>;
}

export function Notices({ role, notices }: NoticesProps) {
  const { t } = useTranslation();
  const patient = role === 'patient';
  return (
    <Page
      title={t('notices.title')}
      lead={patient ? t('notices.lead') : t('notices.leadProfessional')}
      width="reading"
      actions={
        patient && (
          <LinkButton href={ROUTES.journal} icon="journal">
            {t('notices.openJournal')}
          </LinkButton>
        )
      }
    >
      <Loaded of={notices}>
        {(value) =>
          value.notices.length === 0 ? (
            <EmptyState icon="bell" title={t('notices.emptyTitle')}>
              {t('notices.emptyText')}
            </EmptyState>
          ) : (
            <ol className="rows">
              {value.notices.map((notice) => (
                <Row key={notice.id} notice={notice} />
              ))}
            </ol>
          )
        }
      </Loaded>
    </Page>
  );
}

function Row({ notice }: { readonly notice: NoticeView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const until = notice.until === undefined ? '' : formatDay(notice.until, language);
  const content = (
    <>
      <Icon name={ICONS[notice.kind]} />
      <span className="list-row-main">
        <span className={notice.read ? '' : 'notice-unread'}>
          {t(`notices.kinds.${notice.kind}`, { until })}
        </span>
        <span className="list-row-meta">
          {notice.subject !== undefined && <span>{notice.subject}</span>}
          <time dateTime={notice.time.toISOString()}>{formatMoment(notice.time, language)}</time>
        </span>
        {!notice.read && (
          <span className="badges">
            <Badge tone="info">{t('notices.unread')}</Badge>
          </span>
        )}
      </span>
    </>
  );
  const place = PLACES[notice.kind];
  return (
    <li>
      {place === undefined ? (
        <div className="list-row">{content}</div>
      ) : (
        <Link className="list-row list-row-link" href={place}>
          {content}
        </Link>
      )}
    </li>
  );
}
