/**
 * A vault's documents: upload queue, drop zone, and looking through them. The same page for the patient and for
 * a professional who reads by a grant. Searching happens on this device, over what was opened here.
 */
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { LinkButton } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { FileButton, FileDrop, ScanButton } from '../components/FileDrop';
import { Loaded } from '../components/Loaded';
import { NewSinceVisit } from '../components/NewSinceVisit';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { RecordBrowser, type RecordParts } from '../components/RecordBrowser';
import type { DocumentView, ErrorCode, Loadable, SectionView } from '../models';
import { ownAccessesPath, ROUTES } from '../paths';
import { useLanguage } from '../useLanguage';

export interface VaultContent {
  readonly sections: readonly SectionView[];
  readonly documents: readonly DocumentView[];
}

export interface VaultHomeProps {
  readonly vault: string;
  readonly content: Loadable<VaultContent>;
  /** Set when a professional reads: whose vault, until when. */
  readonly guest?:
    | {
        readonly patient: string;
        readonly notAfter: Date;
        readonly depositsOnly?: boolean;
        /** How many documents were given by name. */
        readonly named?: number;
      }
    | undefined;
  /** Absent when the account may not add. */
  readonly onFiles?: ((files: readonly File[]) => void) | undefined;
  /** Opens the sheet that photographs pages. */
  readonly onScan?: (() => void) | undefined;
  /** What is on its way: its own place in the tree, so that its progress does not draw the page anew. */
  readonly queue?: ReactNode;
  /** Set while `content` is what this device verified before: the server is being asked, or what it showed was refused. */
  readonly before?: 'checking' | ErrorCode | undefined;
  /** Searching, texts and what may be done with several documents. */
  readonly record?: RecordParts | undefined;
}

export function VaultHome({ vault, content, guest, onFiles, onScan, queue, before, record }: VaultHomeProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Page
      title={guest ? t('vault.titleOf', { name: guest.patient }) : t('vault.title')}
      back={guest ? { href: ROUTES.vaults, label: t('nav.vaults') } : undefined}
      actions={
        <div className="row page-actions">
          {!guest && (
            <LinkButton href={ROUTES.profile} icon="user">
              {t('profile.open')}
            </LinkButton>
          )}
          {!guest && (
            <LinkButton href={ROUTES.sections} icon="folder">
              {t('deposits.open')}
            </LinkButton>
          )}
          {onScan && <ScanButton onScan={onScan} />}
          {onFiles && <FileButton onFiles={onFiles} variant="primary" label={t('vault.addLong')} />}
        </div>
      }
    >
      {guest && (
        <Notice icon="clock">
          <p>{t('vault.access', { date: formatDay(guest.notAfter, language) })}</p>
          {guest.named !== undefined && guest.named > 0 && <p>{t('named.guest', { count: guest.named })}</p>}
          {guest.depositsOnly && <p>{t('deposits.guestOnly')}</p>}
          <p>
            <Link href={ownAccessesPath(vault)}>{t('journalViews.seeOwn')}</Link>
          </p>
        </Notice>
      )}
      {before === 'checking' && (
        <p className="muted small" role="status">
          {t('transfer.list.checking')}
        </p>
      )}
      {before !== undefined && before !== 'checking' && (
        <ErrorNotice error={before}>
          <p>{t('transfer.list.before')}</p>
        </ErrorNotice>
      )}
      {queue}
      <Loaded of={content}>
        {(value) => (
          <Documents
            vault={vault}
            value={value}
            guest={guest !== undefined}
            onFiles={onFiles}
            onScan={onScan}
            record={record}
          />
        )}
      </Loaded>
    </Page>
  );
}

type DocumentsProps = Pick<VaultHomeProps, 'vault' | 'onFiles' | 'onScan' | 'record'> & {
  readonly value: VaultContent;
  readonly guest: boolean;
};

function Documents({ vault, value, guest, onFiles, onScan, record }: DocumentsProps) {
  // The patient's own profile has a page of its own, and is no file among the others.
  const documents = useMemo(
    () => (guest ? value.documents : value.documents.filter((one) => one.isProfile !== true)),
    [value.documents, guest],
  );
  if (documents.length === 0) return <EmptyVault guest={guest} onFiles={onFiles} onScan={onScan} />;
  return (
    <div className="stack">
      {guest && <NewSinceVisit vault={vault} documents={documents} />}
      <RecordBrowser
        {...record}
        key={vault}
        vault={vault}
        sections={value.sections}
        documents={documents}
        guest={guest}
      />
      {onFiles && <FileDrop onFiles={onFiles} onScan={onScan} compact />}
    </div>
  );
}

function EmptyVault({ guest, onFiles, onScan }: Pick<DocumentsProps, 'guest' | 'onFiles' | 'onScan'>) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <EmptyState icon="folder" title={guest ? t('vault.emptyOtherTitle') : t('vault.emptyTitle')}>
        {guest ? t('vault.emptyOtherText') : t('vault.emptyText')}
      </EmptyState>
      {onFiles && <FileDrop onFiles={onFiles} onScan={onScan} />}
    </div>
  );
}
