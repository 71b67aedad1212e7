/** What a person looks for in the journal: words, person, document, days, way of access. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { documentsOf, MODES, NO_WISH, peopleOf } from '../journalFilter';
import type { JournalMode, JournalWish } from '../journalFilter';
import type { JournalEntry } from '../models';
import { Button } from './Button';
import { DateField } from './DateField';
import { SearchField } from './SearchField';
import { Select } from './Select';

/** Select's own word for nothing: an empty key is none. */
const ANY = 'any';

export interface JournalFiltersProps {
  /** The entries among which is looked. */
  readonly entries: readonly JournalEntry[];
  readonly wish: JournalWish;
  readonly onWish: (wish: JournalWish) => void;
}

export function JournalFilters({ entries, wish, onWish }: JournalFiltersProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const change = (changed: Partial<JournalWish>) => onWish({ ...wish, ...changed });
  // Of thousands of entries: only once somebody looks at the fields.
  const people = open ? peopleOf(entries) : [];
  const documents = open ? documentsOf(entries) : [];
  const modes = MODES.filter((mode) => entries.some((entry) => entry.mode === mode));
  return (
    <div className="stack-s">
      <div className="row journal-search">
        <SearchField label={t('journal.search')} value={wish.query} onChange={(query) => change({ query })} />
        <Button icon="settings" aria-expanded={open} onPress={() => setOpen(!open)}>
          {t('journalViews.more')}
        </Button>
      </div>
      {open && (
        <div className="journal-filters">
          {people.length > 0 && (
            <Select
              label={t('journalViews.person')}
              value={wish.person === '' ? ANY : wish.person}
              onChange={(person) => change({ person: person === ANY ? '' : person })}
              options={[
                { value: ANY, label: t('journalViews.anyone') },
                ...people.map((name) => ({ value: name, label: name })),
              ]}
            />
          )}
          {documents.length > 0 && (
            <Select
              label={t('journalViews.document')}
              value={wish.document === '' ? ANY : wish.document}
              onChange={(document) => change({ document: document === ANY ? '' : document })}
              options={[
                { value: ANY, label: t('journalViews.anyDocument') },
                ...documents.map(([id, title]) => ({ value: id, label: title })),
              ]}
            />
          )}
          {modes.length > 1 && (
            <Select<JournalMode | 'all'>
              label={t('journalViews.mode')}
              value={wish.mode}
              onChange={(mode) => change({ mode })}
              options={[
                { value: 'all', label: t('journalViews.anyMode') },
                ...modes.map((mode) => ({ value: mode, label: t(`journal.modes.${mode}`) })),
              ]}
            />
          )}
          <DateField label={t('journalViews.from')} value={wish.from} onChange={(from) => change({ from })} />
          <DateField
            label={t('journalViews.until')}
            value={wish.until}
            onChange={(until) => change({ until })}
          />
          <div>
            <Button variant="plain" icon="close" onPress={() => onWish(NO_WISH)}>
              {t('journalViews.clear')}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
