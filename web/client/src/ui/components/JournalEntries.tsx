/** Entries of the journal by day, newest first, a hundred at a time. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay, formatMoment, formatTime } from '../../i18n/format';
import { byDay, groupOf, type JournalGroup } from '../journalFilter';
import type { JournalEntry, JournalKind } from '../models';
import { useLanguage } from '../useLanguage';
import { Badge } from './Badge';
import { Button, IconButton } from './Button';
import { EmptyState } from './EmptyState';
import { Icon } from './Icon';
import type { IconName } from './Icon';

const PAGE = 100;

const ICONS: Partial<Record<JournalKind, IconName>> = {
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

/** What an account's own device does by itself: nobody needs to say that it was not them. */
const BY_ITSELF: readonly JournalKind[] = ['vault', 'rotation', 'section_terms'];

export interface JournalEntriesProps {
  readonly entries: readonly JournalEntry[];
  /** Offers to say that an entry was not expected; absent where nothing follows from it. */
  readonly onWrong?: ((entry: JournalEntry) => void) | undefined;
  /** Of whom there is nothing at all yet; else nothing is what was looked for. */
  readonly nothingOf?: JournalGroup | undefined;
}

export function JournalEntries({ entries, onWrong, nothingOf }: JournalEntriesProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [count, setCount] = useState(PAGE);
  if (entries.length === 0)
    return (
      <EmptyState
        icon="journal"
        title={nothingOf === undefined ? t('journal.emptyTitle') : t('journalViews.nothing.title')}
      >
        {nothingOf === undefined ? t('journal.emptyText') : t(`journalViews.nothing.${nothingOf}`)}
      </EmptyState>
    );
  return (
    <div className="stack">
      {byDay(entries.slice(0, count)).map(([day, some]) => (
        <section key={day} className="stack-s">
          <h2 className="journal-day">{formatDay(day, language)}</h2>
          <ol className="rows">
            {some.map((entry) => (
              <Entry key={entry.id} entry={entry} onWrong={onWrong} />
            ))}
          </ol>
        </section>
      ))}
      {entries.length > count && (
        <div>
          <Button icon="down" onPress={() => setCount(count + PAGE)}>
            {t('journalViews.showMore')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Entry({ entry, onWrong }: Pick<JournalEntriesProps, 'onWrong'> & { readonly entry: JournalEntry }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const text = useSentence()(entry);
  const showMode = entry.mode !== undefined && entry.mode !== 'own';
  const own = groupOf(entry) === 'own';
  return (
    <li className="list-row journal-row">
      <Icon name={ICONS[entry.kind] ?? 'journal'} />
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
      <span className="journal-end">
        <time className="muted small" dateTime={entry.time.toISOString()}>
          {formatTime(entry.time, language)}
        </time>
        {onWrong && !BY_ITSELF.includes(entry.kind) && (
          <IconButton
            icon="flag"
            label={own ? t('journalViews.notMeOf', { text }) : t('journalViews.notExpectedOf', { text })}
            onPress={() => onWrong(entry)}
          />
        )}
      </span>
    </li>
  );
}

/** An entry in words. */
export function useSentence(): (entry: JournalEntry) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (entry) => {
    const subject = entry.subject ?? t('journal.unknownSubject');
    if (entry.opened !== undefined) {
      return t('kept.opened', { subject, when: formatMoment(entry.opened, language) });
    }
    if (entry.actor === undefined) return t(`journal.kindsSelf.${entry.kind}`, { subject });
    return t(`journal.kinds.${entry.kind}`, { actor: entry.actor, subject });
  };
}
