/** Who can read the vault at this moment, and until when: authorisations and shares on one page. */
import { useTranslation } from 'react-i18next';
import { formatDay, formatMoment } from '../../i18n/format';
import type { GrantView, Loadable, ShareView } from '../models';
import { ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';
import { Badge } from './Badge';
import { LinkButton } from './Button';
import { DocumentBadges } from './DocumentBadges';
import { EmptyState } from './EmptyState';
import { Icon } from './Icon';
import { Loaded } from './Loaded';
import { SectionBadges } from './SectionName';

export interface AccessNowView {
  readonly grants: readonly GrantView[];
  readonly shares: readonly ShareView[];
}

export function AccessNow({ access }: { readonly access: Loadable<AccessNowView> }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <p className="muted measure">{t('journalViews.nowLead')}</p>
      <Loaded of={access}>{(value) => <Open value={value} />}</Loaded>
    </div>
  );
}

function Open({ value }: { readonly value: AccessNowView }) {
  const { t } = useTranslation();
  const grants = value.grants.filter(({ state }) => state === 'active' || state === 'invited');
  const shares = value.shares.filter(({ state }) => state === 'active');
  if (grants.length === 0 && shares.length === 0)
    return (
      <EmptyState icon="lock" title={t('journalViews.nowNobody')}>
        {t('journalViews.nowNobodyText')}
      </EmptyState>
    );
  return (
    <div className="stack-l">
      {grants.length > 0 && (
        <section className="stack-s">
          <h2>{t('journalViews.nowGrants')}</h2>
          <ul className="rows">
            {grants.map((grant) => (
              <GrantRow key={grant.id} grant={grant} />
            ))}
          </ul>
          <div>
            <LinkButton href={ROUTES.grants} icon="stethoscope">
              {t('journalViews.manageGrants')}
            </LinkButton>
          </div>
        </section>
      )}
      {shares.length > 0 && (
        <section className="stack-s">
          <h2>{t('journalViews.nowShares')}</h2>
          <ul className="rows">
            {shares.map((share) => (
              <ShareRow key={share.id} share={share} />
            ))}
          </ul>
          <div>
            <LinkButton href={ROUTES.shares} icon="qr">
              {t('journalViews.manageShares')}
            </LinkButton>
          </div>
        </section>
      )}
    </div>
  );
}

function GrantRow({ grant }: { readonly grant: GrantView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { professional, state } = grant;
  return (
    <li className="list-row access-row">
      <Icon name="stethoscope" />
      <span className="list-row-main">
        <span className="list-row-title">{professional?.name ?? t('journalViews.nowInvited')}</span>
        <span className="list-row-meta">
          {professional && <span>{t(`professions.${professional.profession}`)}</span>}
          <span>{t('journalViews.nowUntil', { date: formatDay(grant.notAfter, language) })}</span>
        </span>
        {grant.documents === undefined ? (
          <SectionBadges sections={grant.sections} />
        ) : (
          <DocumentBadges titles={grant.documents} />
        )}
      </span>
      <Badge tone={state === 'active' ? 'success' : 'info'}>{t(`grantStates.${state}`)}</Badge>
    </li>
  );
}

function ShareRow({ share }: { readonly share: ShareView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <li className="list-row access-row">
      <Icon name="qr" />
      <span className="list-row-main">
        <span className="list-row-title">{share.label}</span>
        <span className="list-row-meta">
          <span>{t('journalViews.nowUntil', { date: formatMoment(share.notAfter, language) })}</span>
          <span>{t('journalViews.nowOpenings', { count: share.openings })}</span>
        </span>
        <span className="list-row-meta">
          {share.documents.map((title, index) => (
            <span key={index}>{title}</span>
          ))}
        </span>
      </span>
      <Badge tone="success">{t('shareStates.active')}</Badge>
    </li>
  );
}
