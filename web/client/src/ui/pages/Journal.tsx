/** The journal: both chains as one list, newest first, with filters; and what was verified. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, formatTime } from '../../i18n/format';
import { Badge } from '../components/Badge';
import { Chips } from '../components/Chips';
import { EmptyState } from '../components/EmptyState';
import { Icon } from '../components/Icon';
import type { IconName } from '../components/Icon';
import { Loaded } from '../components/Loaded';
import { Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { SearchField } from '../components/SearchField';
import { dayOf } from '../day';
import type { JournalEntry, JournalKind, JournalView, Loadable } from '../models';
import { matches } from '../search';
import { useLanguage } from '../useLanguage';

export interface JournalProps {
  readonly journal: Loadable<JournalView>;
}

type Filter = 'all' | 'openings' | 'documents' | 'access';

const FILTERS: Record<Exclude<Filter, 'all'>, readonly JournalKind[]> = {
  openings: ['access', 'opening'],
  documents: ['manifest', 'deposit', 'refile', 'removal', 'restoral'],
  access: [
    ...(['grant', 'acceptance', 'revocation', 'rotation', 'share', 'share_end'] as const),
    ...(['renewal_request', 'renewal_refusal', 'block', 'unblock', 'section_terms', 'settings'] as const),
  ],
};

const ICONS: Record<JournalKind, IconName> = {
  vault: 'lock',
  manifest: 'add',
  refile: 'folder',
  removal: 'trash',
  grant: 'stethoscope',
  acceptance: 'check',
  revocation: 'close',
  rotation: 'key',
  share: 'qr',
  share_end: 'close',
  access: 'eye',
  opening: 'eye',
  deposit: 'add',
  restoral: 'retry',
  sections: 'folder',
  section_terms: 'clock',
  settings: 'settings',
  renewal_request: 'clock',
  renewal_refusal: 'close',
  block: 'alert',
  unblock: 'check',
};

export function Journal({ journal }: JournalProps) {
  const { t } = useTranslation();
  return (
    <Page title={t('journal.title')} lead={t('journal.lead')} width="reading">
      <Loaded of={journal}>{(value) => <Entries value={value} />}</Loaded>
    </Page>
  );
}

function Entries({ value }: { readonly value: JournalView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const sentence = useSentence();
  const [filter, setFilter] = useState<Filter>('all');
  const [query, setQuery] = useState('');
  const shown = [...value.entries]
    .filter(
      (entry) =>
        (filter === 'all' || FILTERS[filter].includes(entry.kind)) && matches(query, [sentence(entry)]),
    )
    .sort((a, b) => b.time.getTime() - a.time.getTime());
  return (
    <div className="stack">
      <Notice tone={value.verified ? 'success' : 'warning'} icon={value.verified ? 'shield' : 'alert'}>
        <p>{value.verified ? t('journal.verified') : t('journal.unverified')}</p>
        <p className="small">
          {t('journal.checkedAt', { time: formatTime(value.checked, language) })} {t('journal.limits')}
        </p>
      </Notice>
      <SearchField label={t('journal.search')} value={query} onChange={setQuery} />
      <Chips
        label={t('journal.filter')}
        selected={filter}
        onSelect={(id) => setFilter(id as Filter)}
        chips={(['all', 'openings', 'documents', 'access'] as const).map((id) => ({
          id,
          label: t(`journal.filters.${id}`),
        }))}
      />
      {shown.length === 0 ? (
        <EmptyState icon="journal" title={t('journal.emptyTitle')}>
          {t('journal.emptyText')}
        </EmptyState>
      ) : (
        byDay(shown).map(([day, entries]) => (
          <section key={day} className="stack-s">
            <h2 className="journal-day">{formatDay(day, language)}</h2>
            <ol className="rows">
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} text={sentence(entry)} />
              ))}
            </ol>
          </section>
        ))
      )}
    </div>
  );
}

function Entry({ entry, text }: { readonly entry: JournalEntry; readonly text: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const showMode = entry.mode !== undefined && entry.mode !== 'own';
  return (
    <li className="list-row journal-row">
      <Icon name={ICONS[entry.kind]} />
      <span className="list-row-main">
        <span>{text}</span>
        {showMode && (
          <span className="badges">
            <Badge tone={entry.mode === 'emergency' ? 'danger' : 'info'}>
              {t(`journal.modes.${entry.mode ?? 'own'}`)}
            </Badge>
            {entry.reason !== undefined && entry.mode !== 'share' && (
              <Badge>{t(`journal.reasons.${entry.reason}`)}</Badge>
            )}
          </span>
        )}
      </span>
      <time className="muted small" dateTime={entry.time.toISOString()}>
        {formatTime(entry.time, language)}
      </time>
    </li>
  );
}

function useSentence(): (entry: JournalEntry) => string {
  const { t } = useTranslation();
  return (entry) => {
    const subject = entry.subject ?? t('journal.unknownSubject');
    if (entry.actor === undefined) return t(`journal.kindsSelf.${entry.kind}`, { subject });
    return t(`journal.kinds.${entry.kind}`, { actor: entry.actor, subject });
  };
}

function byDay(entries: readonly JournalEntry[]): readonly (readonly [string, readonly JournalEntry[]])[] {
  const days = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const day = dayOf(entry.time);
    const list = days.get(day);
    if (list) list.push(entry);
    else days.set(day, [entry]);
  }
  return [...days];
}
