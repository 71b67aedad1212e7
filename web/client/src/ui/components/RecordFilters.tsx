/** What of a vault is shown: type, author, tag, days, new or masked. A button opens them, and says how many are on. */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NO_WISH, STATUSES, valuesOf, wishes, type Wish } from '../browsing';
import { documentTypeLabel } from '../documentTypes';
import type { DocumentView } from '../models';
import { useLanguage } from '../useLanguage';
import { Button } from './Button';
import { DateField } from './DateField';
import { Select } from './Select';

export interface RecordFiltersProps {
  readonly documents: readonly DocumentView[];
  readonly wish: Wish;
  readonly onChange: (wish: Wish) => void;
}

/** Values come after a mark, so that none of them is this one. */
const ANY = 'any';
const MARK = '=';

export function RecordFilters({ documents, wish, onChange }: RecordFiltersProps) {
  const { t } = useTranslation();
  const count = wishes(wish);
  const [open, setOpen] = useState(count > 0);
  return (
    <>
      <Button icon="settings" aria-expanded={open} onPress={() => setOpen(!open)}>
        {count === 0 ? t('record.filters') : t('record.filtersOn', { count })}
      </Button>
      {open && <Fields documents={documents} wish={wish} onChange={onChange} />}
    </>
  );
}

function Fields({ documents, wish, onChange }: RecordFiltersProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const known = useMemo(
    () => ({
      type: valuesOf(documents, (one) => [one.type ?? '']),
      author: valuesOf(documents, (one) => [one.author]),
      tag: valuesOf(documents, (one) => one.tags ?? []),
    }),
    [documents],
  );
  const choices = {
    type: known.type.map((value) => ({
      value: MARK + value,
      label: documentTypeLabel(value, language).text,
    })),
    author: known.author.map((value) => ({ value: MARK + value, label: value })),
    tag: known.tag.map((value) => ({ value: MARK + value, label: value })),
    status: STATUSES.map((value) => ({ value, label: t(`record.statuses.${value}`) })),
  };
  const set = (change: Partial<Wish>) => onChange({ ...wish, ...change });
  const asked = { ...NO_WISH, section: wish.section };
  return (
    <div className="record-filters">
      {(['type', 'author', 'tag'] as const).map(
        (name) =>
          known[name].length > 0 && (
            <Select
              key={name}
              label={t(`record.${name}`)}
              value={wish[name] === '' ? ANY : MARK + wish[name]}
              onChange={(value) => set({ [name]: value === ANY ? '' : value.slice(MARK.length) })}
              options={[{ value: ANY, label: t('record.any') }, ...choices[name]]}
            />
          ),
      )}
      <Select
        label={t('record.status')}
        value={wish.status === '' ? ANY : wish.status}
        onChange={(status) => set({ status: status === ANY ? '' : status })}
        options={[{ value: ANY, label: t('record.any') }, ...choices.status]}
      />
      <DateField label={t('record.from')} value={wish.from} onChange={(from) => set({ from })} />
      <DateField label={t('record.until')} value={wish.until} onChange={(until) => set({ until })} />
      {wishes(wish) > 0 && <Button onPress={() => onChange(asked)}>{t('record.clearFilters')}</Button>}
    </div>
  );
}
