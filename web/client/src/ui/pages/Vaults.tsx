/** A professional's patients: the vaults that were opened to them, with their term. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { Icon } from '../components/Icon';
import { Loaded } from '../components/Loaded';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { Rights } from '../components/Rights';
import { SearchField } from '../components/SearchField';
import { SectionBadges } from '../components/SectionName';
import type { Loadable, Submission, VaultCardView } from '../models';
import { ROUTES, vaultPath } from '../paths';
import { matches } from '../search';
import { useLanguage } from '../useLanguage';
import { GRANT_TONES } from './Grants';

export interface VaultsProps {
  readonly vaults: Loadable<readonly VaultCardView[]>;
  /** The request under way. */
  readonly action: Submission;
  /** Grants for which another term was asked just now. */
  readonly asked: readonly string[];
  readonly onAsk: (grant: string) => void;
}

export function Vaults({ vaults, ...asking }: VaultsProps) {
  const { t } = useTranslation();
  const redeem = (
    <div className="row">
      <LinkButton href={ROUTES.contact} icon="key">
        {t('directory.mine')}
      </LinkButton>
      <LinkButton href={ROUTES.view} icon="scan">
        {t('shareMore.enter')}
      </LinkButton>
      <LinkButton href={ROUTES.deposit} icon="add">
        {t('deposits.submit')}
      </LinkButton>
      <LinkButton href={ROUTES.redeem} variant="primary" icon="scan">
        {t('vaults.redeem')}
      </LinkButton>
    </div>
  );
  return (
    <Page title={t('vaults.title')} lead={t('vaults.lead')} actions={redeem} width="reading">
      <Loaded of={vaults}>
        {(value) =>
          value.length === 0 ? (
            <EmptyState icon="patients" title={t('vaults.emptyTitle')}>
              {t('vaults.emptyText')}
            </EmptyState>
          ) : (
            <VaultList vaults={value} {...asking} />
          )
        }
      </Loaded>
    </Page>
  );
}

type Asking = Omit<VaultsProps, 'vaults'>;

function VaultList({ vaults, ...asking }: Asking & { readonly vaults: readonly VaultCardView[] }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const shown = vaults.filter((one) => matches(query, [one.patient]));
  return (
    <div className="stack">
      {vaults.length > 5 && <SearchField label={t('vaults.search')} value={query} onChange={setQuery} />}
      <div className="rows">
        {shown.map((one) => (
          <VaultRow key={one.grant} vault={one} {...asking} />
        ))}
      </div>
      <ErrorNotice error={asking.action.error} />
    </div>
  );
}

function VaultRow({ vault, action, asked, onAsk }: Asking & { readonly vault: VaultCardView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const active = vault.state === 'active';
  const date = formatDay(vault.notAfter, language);
  const content = (
    <>
      <span className="thumb thumb-round">
        <Icon name="user" />
      </span>
      <span className="list-row-main">
        <span className="list-row-title">
          {vault.patient || t('renewals.endedVault', { number: vault.id.slice(0, 8) })}
        </span>
        <span className="list-row-meta">
          <span>{active ? t('vaults.until', { date }) : t('vaults.ended', { date })}</span>
          {vault.documents === undefined ? (
            <Rights rights={vault.rights} />
          ) : (
            <span>{t('named.count', { count: vault.documents })}</span>
          )}
        </span>
        {vault.sections.length > 0 && <SectionBadges sections={vault.sections} limit={3} />}
      </span>
      <span className="list-row-end">
        {!active && <Badge tone={GRANT_TONES[vault.state]}>{t(`grantStates.${vault.state}`)}</Badge>}
        {active && <Icon name="chevron" />}
      </span>
    </>
  );
  if (!active) {
    return (
      <div className="stack-s">
        <div className="list-row list-row-off">{content}</div>
        {asked.includes(vault.grant) ? (
          <p role="status" className="muted list-row">
            {t('renewals.asked')}
          </p>
        ) : (
          <div className="row list-row">
            <Button icon="clock" pending={action.pending} onPress={() => onAsk(vault.grant)}>
              {t('renewals.ask')}
            </Button>
            {vault.patient === '' && <span className="muted small">{t('renewals.endedHint')}</span>}
          </div>
        )}
      </div>
    );
  }
  return (
    <Link href={vaultPath(vault.id)} className="list-row list-row-link">
      {content}
    </Link>
  );
}
