/**
 * A vault's documents: search, sections, sorting, upload queue, drop zone. The same page for the patient and for
 * a professional who reads by a grant. Search and sort happen here, over what was opened on this device.
 */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '../../i18n/format';
import { Button, LinkButton } from '../components/Button';
import { Chips } from '../components/Chips';
import { DocumentRow } from '../components/DocumentRow';
import { EmptyState } from '../components/EmptyState';
import { FileButton, FileDrop, ScanButton } from '../components/FileDrop';
import { Loaded } from '../components/Loaded';
import { LongList } from '../components/LongList';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { SearchField } from '../components/SearchField';
import { useSectionName } from '../components/SectionName';
import { Select } from '../components/Select';
import { UploadQueue } from '../components/UploadQueue';
import type { UploadQueueProps } from '../components/UploadQueue';
import { documentTypeLabel } from '../documentTypes';
import type { DocumentView, ErrorCode, Loadable, SectionView } from '../models';
import { documentPath, ownAccessesPath, ROUTES } from '../paths';
import { SORTS, sortDocuments, matches } from '../search';
import type { Sort } from '../search';
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
  readonly uploads: Omit<UploadQueueProps, 'children'>;
  /** Set while `content` is what this device verified before: the server is being asked, or what it showed was refused. */
  readonly before?: 'checking' | ErrorCode | undefined;
}

const ALL = 'all';

export function VaultHome({ vault, content, guest, onFiles, onScan, uploads, before }: VaultHomeProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Page
      title={guest ? t('vault.titleOf', { name: guest.patient }) : t('vault.title')}
      back={guest ? { href: ROUTES.vaults, label: t('nav.vaults') } : undefined}
      actions={
        <div className="row">
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
      <UploadQueue {...uploads} />
      <Loaded of={content}>
        {(value) => (
          <Documents
            vault={vault}
            value={shown(value, guest)}
            guest={guest !== undefined}
            onFiles={onFiles}
            onScan={onScan}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** The patient's own profile has a page of its own, and is no file among the others. */
function shown(value: VaultContent, guest: VaultHomeProps['guest']): VaultContent {
  if (guest !== undefined) return value;
  return { ...value, documents: value.documents.filter((one) => one.isProfile !== true) };
}

interface DocumentsProps {
  readonly vault: string;
  readonly value: VaultContent;
  readonly guest: boolean;
  readonly onFiles?: ((files: readonly File[]) => void) | undefined;
  readonly onScan?: (() => void) | undefined;
}

function Documents({ vault, value, guest, onFiles, onScan }: DocumentsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const [section, setSection] = useState(ALL);
  const [query, setQuery] = useState('');
  const [sort, setSort] = useState<Sort>('newest');

  const shown = useMemo(() => {
    const words = (one: DocumentView) => [
      one.title,
      one.author,
      one.fileName,
      one.date,
      formatDay(one.date, language),
      nameOf(one.section),
      one.type === undefined ? '' : documentTypeLabel(one.type, language).text,
    ];
    const all = section === ALL && query.trim() === '';
    const found = value.documents.filter(
      (one) =>
        (section === ALL || one.section.id === section) &&
        (query.trim() === '' || matches(query, words(one))),
    );
    return sortDocuments(all ? value.documents : found, sort, language);
  }, [value.documents, section, query, sort, language, nameOf]);

  if (value.documents.length === 0) return <EmptyVault guest={guest} onFiles={onFiles} onScan={onScan} />;
  const used = sectionsInUse(value);
  const inbox = used.find((one) => one.kind === 'inbox');
  const clear = () => {
    setSection(ALL);
    setQuery('');
  };
  return (
    <div className="stack">
      {inbox && !guest && section !== inbox.id && (
        <Notice icon="folder">
          <p>{t('vault.toFile', { count: inbox.count ?? 0 })}</p>
          <div>
            <Button onPress={() => setSection(inbox.id)}>{t('vault.toFileShow')}</Button>
          </div>
        </Notice>
      )}
      <div className="vault-tools">
        <SearchField label={t('vault.search')} value={query} onChange={setQuery} />
        <Select
          label={t('vault.sort')}
          hideLabel
          value={sort}
          onChange={setSort}
          options={SORTS.map((one) => ({ value: one, label: t(`vault.sorts.${one}`) }))}
        />
      </div>
      <Chips
        label={t('vault.sections')}
        selected={section}
        onSelect={setSection}
        chips={[
          { id: ALL, label: t('vault.all'), count: value.documents.length },
          ...used.map((one) => ({ id: one.id, label: nameOf(one), count: one.count })),
        ]}
      />
      <p role="status" className="visually-hidden">
        {t('vault.results', { count: shown.length })}
      </p>
      {shown.length === 0 ? (
        <EmptyState
          icon="search"
          title={t('vault.nothingFound')}
          action={<Button onPress={clear}>{t('vault.clear')}</Button>}
        >
          {t('vault.nothingFoundText')}
        </EmptyState>
      ) : (
        <LongList key={`${section} ${query} ${sort}`} items={shown}>
          {(one) => <DocumentRow key={one.id} document={one} href={documentPath(vault, one.id)} />}
        </LongList>
      )}
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

/** Sections that hold something, with their counts, in the vault's order. */
function sectionsInUse({ sections, documents }: VaultContent): readonly SectionView[] {
  const counts = new Map<string, number>();
  for (const one of documents) counts.set(one.section.id, (counts.get(one.section.id) ?? 0) + 1);
  return sections.filter((one) => counts.has(one.id)).map((one) => ({ ...one, count: counts.get(one.id) }));
}
