/** Which documents a grant names ("only these three"): found by words, ticked one by one. */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../i18n/format';
import type { DocumentView } from '../models';
import { matches, sortDocuments } from '../search';
import { useLanguage } from '../useLanguage';
import { Card } from './Card';
import { Checkbox } from './Choice';
import { SearchField } from './SearchField';
import { useSectionName } from './SectionName';

export interface NamedDocumentsProps {
  readonly documents: readonly DocumentView[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly missing: boolean;
}

/** More than these are found by words. */
const SHOWN = 30;

export function NamedDocuments({ documents, chosen, onChange, missing }: NamedDocumentsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const [query, setQuery] = useState('');
  const newest = useMemo(() => sortDocuments(documents, 'newest', language), [documents, language]);
  const found = newest.filter(
    (one) => chosen.includes(one.id) || matches(query, [one.title, one.author, nameOf(one.section)]),
  );
  const shown = found.slice(0, SHOWN);
  return (
    <Card title={t('named.documents')}>
      <p className="muted">{t('named.hint')}</p>
      {documents.length > 5 && <SearchField label={t('named.search')} value={query} onChange={setQuery} />}
      <p role="status" className="muted small">
        {t('named.chosen', { count: chosen.length })}
      </p>
      <fieldset className="choose-documents" aria-label={t('named.documents')}>
        {shown.map((one) => (
          <Checkbox
            key={one.id}
            selected={chosen.includes(one.id)}
            onChange={(on) => onChange(on ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
          >
            {one.title}
            <span className="list-row-meta">
              <span>{formatDay(one.date, language)}</span>
              <span>{nameOf(one.section)}</span>
            </span>
          </Checkbox>
        ))}
      </fieldset>
      {found.length > shown.length && (
        <p className="muted small">{t('named.more', { count: found.length - shown.length })}</p>
      )}
      {missing && (
        <p className="field-error" role="alert">
          {t('named.none')}
        </p>
      )}
    </Card>
  );
}
