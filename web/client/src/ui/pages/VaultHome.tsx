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
  const known = 'value' in content ? content.value : undefined;
  const isGuest = guest !== undefined;
  // The patient's own profile has a page of its own, and is no file among the others.
  const documents = useMemo(
    () => known?.documents.filter((one) => isGuest || one.isProfile !== true) ?? [],
    [known, isGuest],
  );
  // An empty vault offers adding where the documents will be.
  const filled = known === undefined || documents.length > 0;
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
          {filled && onScan && <ScanButton onScan={onScan} />}
          {filled && onFiles && <FileButton onFiles={onFiles} variant="primary" label={t('vault.addLong')} />}
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
        {({ sections }) => (
          <Documents
            vault={vault}
            sections={sections}
            documents={documents}
            guest={isGuest}
            onFiles={onFiles}
            onScan={onScan}
            record={record}
          />
        )}
      </Loaded>
    </Page>
  );
}

type DocumentsProps = Pick<VaultHomeProps, 'vault' | 'onFiles' | 'onScan' | 'record'> &
  VaultContent & { readonly guest: boolean };

function Documents({ vault, sections, documents, guest, onFiles, onScan, record }: DocumentsProps) {
  const { t } = useTranslation();
  const empty = documents.length === 0;
  return (
    <div className="stack">
      {empty ? (
        <EmptyState icon="folder" title={guest ? t('vault.emptyOtherTitle') : t('vault.emptyTitle')}>
          {guest ? t('vault.emptyOtherText') : t('vault.emptyText')}
        </EmptyState>
      ) : (
        <>
          {guest && <NewSinceVisit vault={vault} documents={documents} />}
          <RecordBrowser
            {...record}
            key={vault}
            vault={vault}
            sections={sections}
            documents={documents}
            guest={guest}
          />
        </>
      )}
      {/* The same one before and after the first document: files may be being chosen in it. */}
      {onFiles && <FileDrop onFiles={onFiles} onScan={onScan} of={empty ? 'page' : 'list'} />}
    </div>
  );
}
