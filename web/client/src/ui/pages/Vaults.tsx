/** A professional's patients: the vaults that were opened to them, with their term. */
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { formatDay } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { Button, LinkButton } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { Icon } from '../components/Icon';
import { Loaded } from '../components/Loaded';
import { Menu } from '../components/Menu';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { Rights } from '../components/Rights';
import { ScanPatient, type OnScanned } from '../components/ScanPatient';
import { SearchField } from '../components/SearchField';
import { SectionBadges } from '../components/SectionName';
import { ShortcutHelp } from '../components/ShortcutHelp';
import type { Loadable, Submission, VaultCardView } from '../models';
import { ROUTES, vaultPath } from '../paths';
import { matches } from '../search';
import { useLanguage } from '../useLanguage';
import { useRowKeys } from '../useRowKeys';
import { GRANT_TONES } from './Grants';

export interface VaultsProps {
  readonly vaults: Loadable<readonly VaultCardView[]>;
  /** The request under way. */
  readonly action: Submission;
  /** Grants for which another term was asked just now. */
  readonly asked: readonly string[];
  readonly onAsk: (grant: string) => void;
  readonly onScanned: OnScanned;
  readonly now: Date;
}

export function Vaults({ vaults, onScanned, ...asking }: VaultsProps) {
  const { t } = useTranslation();
  const actions = (
    <div className="row page-actions page-actions-more">
      <ScanPatient onScanned={onScanned} />
      <More />
    </div>
  );
  return (
    <Page title={t('vaults.title')} lead={t('vaults.lead')} actions={actions} width="reading">
      <Loaded of={vaults}>
        {(value) =>
          value.length === 0 ? (
            <EmptyState
              icon="patients"
              title={t('vaults.emptyTitle')}
              action={
                <LinkButton href={ROUTES.redeem} icon="folder">
                  {t('vaults.redeem')}
                </LinkButton>
              }
            >
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

/** What is done less often than scanning; the code of each of these can be scanned as well. */
function More() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  return (
    <Menu
      label={t('vaults.more')}
      trigger={<Button icon="more">{t('vaults.more')}</Button>}
      actions={[
        { id: 'redeem', label: t('vaults.redeem'), icon: 'folder', onAction: () => navigate(ROUTES.redeem) },
        { id: 'view', label: t('shareMore.enter'), icon: 'qr', onAction: () => navigate(ROUTES.view) },
        {
          id: 'deposit',
          label: t('deposits.depositTitle'),
          icon: 'add',
          onAction: () => navigate(ROUTES.deposit),
        },
        { id: 'key', label: t('directory.mine'), icon: 'key', onAction: () => navigate(ROUTES.contact) },
      ]}
    />
  );
}

type Asking = Omit<VaultsProps, 'vaults' | 'onScanned'>;

/** Days before its end from which an authorisation's next term can be asked for in the list. */
const SOON = 30;
const DAY = 86_400_000;
const KEYS = ['slash', 'next', 'previous', 'open', 'help', 'leave'] as const;

function VaultList({ vaults, ...asking }: Asking & { readonly vaults: readonly VaultCardView[] }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const shown = vaults.filter((one) => matches(query, [one.patient]));
  const list = useRef<HTMLDivElement>(null);
  const [help, setHelp] = useRowKeys(list);
  return (
    <div className="stack" ref={list}>
      {vaults.length > 1 && <SearchField label={t('vaults.search')} value={query} onChange={setQuery} />}
      <div className="rows">
        {shown.map((one) => (
          <VaultRow key={one.grant} vault={one} {...asking} />
        ))}
      </div>
      {shown.length === 0 && <p role="status">{t('professional.none')}</p>}
      <ErrorNotice error={asking.action.error} />
      <p className="small">
        <Button variant="plain" onPress={() => setHelp(true)}>
          {t('record.shortcuts')}
        </Button>
      </p>
      <ShortcutHelp open={help} onClose={() => setHelp(false)} only={KEYS} />
    </div>
  );
}

function VaultRow({ vault, action, asked, onAsk, now }: Asking & { readonly vault: VaultCardView }) {
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
        <SinceBadge since={vault.since} />
        {vault.sections.length > 0 && <SectionBadges sections={vault.sections} limit={3} />}
      </span>
      <span className="list-row-end">
        {!active && <Badge tone={GRANT_TONES[vault.state]}>{t(`grantStates.${vault.state}`)}</Badge>}
        {active && <Icon name="chevron" />}
      </span>
    </>
  );
  const ask = asked.includes(vault.grant) ? (
    <p role="status" className="muted list-row">
      {t('renewals.asked')}
    </p>
  ) : (
    <div className="row list-row">
      <Button icon="clock" pending={action.pending} onPress={() => onAsk(vault.grant)}>
        {t('renewals.ask')}
      </Button>
      {!active && vault.patient === '' && <span className="muted small">{t('renewals.endedHint')}</span>}
    </div>
  );
  const row = active ? (
    <Link href={vaultPath(vault.id)} className="list-row list-row-link">
      {content}
    </Link>
  ) : (
    <div className="list-row list-row-off">{content}</div>
  );
  const over = !active || vault.notAfter.getTime() - now.getTime() < SOON * DAY;
  return over ? (
    <div className="stack-s">
      {row}
      {ask}
    </div>
  ) : (
    row
  );
}

function SinceBadge({ since }: Pick<VaultCardView, 'since'>) {
  const { t } = useTranslation();
  if (since === undefined || since === 0) return null;
  return (
    <span className="badges">
      <Badge tone="info">
        {since === 'never' ? t('professional.never') : t('professional.since', { count: since })}
      </Badge>
    </span>
  );
}
