/** A professional's patients: the vaults that were opened to them, with their term. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { LinkButton } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { Icon } from '../components/Icon';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { Rights } from '../components/Rights';
import { SearchField } from '../components/SearchField';
import type { Loadable, VaultCardView } from '../models';
import { ROUTES, vaultPath } from '../paths';
import { matches } from '../search';
import { useLanguage } from '../useLanguage';
import { GRANT_TONES } from './Grants';

export interface VaultsProps {
  readonly vaults: Loadable<readonly VaultCardView[]>;
}

export function Vaults({ vaults }: VaultsProps) {
  const { t } = useTranslation();
  const redeem = (
    <>
      <LinkButton href={ROUTES.contact} icon="key">
        {t('directory.mine')}
      </LinkButton>
      <LinkButton href={ROUTES.redeem} variant="primary" icon="scan">
        {t('vaults.redeem')}
      </LinkButton>
    </>
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
            <VaultList vaults={value} />
          )
        }
      </Loaded>
    </Page>
  );
}

function VaultList({ vaults }: { readonly vaults: readonly VaultCardView[] }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const shown = vaults.filter((one) => matches(query, [one.patient]));
  return (
    <div className="stack">
      {vaults.length > 5 && <SearchField label={t('vaults.search')} value={query} onChange={setQuery} />}
      <div className="rows">
        {shown.map((one) => (
          <VaultRow key={one.id} vault={one} />
        ))}
      </div>
    </div>
  );
}

function VaultRow({ vault }: { readonly vault: VaultCardView }) {
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
        <span className="list-row-title">{vault.patient}</span>
        <span className="list-row-meta">
          <span>{active ? t('vaults.until', { date }) : t('vaults.ended', { date })}</span>
          <Rights rights={vault.rights} />
        </span>
      </span>
      <span className="list-row-end">
        {!active && <Badge tone={GRANT_TONES[vault.state]}>{t(`grantStates.${vault.state}`)}</Badge>}
        {active && <Icon name="chevron" />}
      </span>
    </>
  );
  if (!active) return <div className="list-row list-row-off">{content}</div>;
  return (
    <Link href={vaultPath(vault.id)} className="list-row list-row-link">
      {content}
    </Link>
  );
}
