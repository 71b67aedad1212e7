/** A patient summary as a person reads it: who, then section by section. Plain text throughout, whoever wrote it. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SummaryItemView, SummarySectionView, SummaryView } from '../profileModels';
import { formatPartialDate } from '../partialDate';
import { useLanguage } from '../useLanguage';
import { Badge } from './Badge';
import { Button } from './Button';
import { Card, Facts } from './Card';

export interface SummaryContentProps {
  readonly summary: SummaryView;
  /** Beside printing. */
  readonly actions?: ReactNode;
}

export function SummaryContent({ summary, actions }: SummaryContentProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { patient, birthDate, gender, date, contacts } = summary;
  const genders: Readonly<Record<string, string>> = {
    female: t('profile.genders.female'),
    male: t('profile.genders.male'),
    other: t('profile.genders.other'),
  };
  const facts = [
    { term: t('profile.summary.patient'), value: patient },
    { term: t('profile.birthDate'), value: formatPartialDate(birthDate, language) },
    { term: t('profile.gender'), value: genders[gender] ?? '' },
    { term: t('profile.summary.date'), value: formatPartialDate(date, language) },
  ];
  return (
    <div className="summary stack">
      <Facts columns={2} facts={facts.filter(({ value }) => value !== '')} />
      {summary.sections.map((section, index) => (
        <Section key={`${index} ${section.code}`} section={section} />
      ))}
      {contacts.length > 0 && (
        <Card flat title={t('profile.summary.contacts')}>
          <ul className="summary-items">
            {contacts.map(({ name, relation, phone }, index) => (
              <li key={index}>
                <strong>{name}</strong>
                {relation !== '' && <span className="muted"> · {relation}</span>}
                {phone !== '' && <span> · {phone}</span>}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className="row no-print">
        <Button icon="print" onPress={() => window.print()}>
          {t('common.print')}
        </Button>
        {actions}
      </div>
    </div>
  );
}

function Section({ section }: { readonly section: SummarySectionView }) {
  const { t, i18n } = useTranslation();
  const { code, items, empty, narrative } = section;
  const known = `profile.summary.sections.${code}`;
  const title = code !== '' && i18n.exists(known) ? (t as (key: string) => string)(known) : section.title;
  return (
    <Card flat title={title}>
      {items.length > 0 ? (
        <ul className="summary-items">
          {items.map((item, index) => (
            <Item key={index} item={item} />
          ))}
        </ul>
      ) : (
        empty !== '' && (
          <p>
            {empty === 'nilknown' || empty === 'unavailable'
              ? t(`profile.summary.empty.${empty}`)
              : t('profile.summary.empty.other')}
          </p>
        )
      )}
      {narrative.length > 0 && empty === '' && (
        <details open={items.length === 0}>
          <summary>{t('profile.summary.asWritten')}</summary>
          {narrative.map((line, index) => (
            <p key={index} className="small">
              {line}
            </p>
          ))}
        </details>
      )}
    </Card>
  );
}

function Item({ item }: { readonly item: SummaryItemView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { severity, since, until, details } = item;
  const status = useCode('statuses', item.status);
  const grave = useCode('severities', severity);
  const [from, to] = [formatPartialDate(since, language), formatPartialDate(until, language)];
  const days =
    from !== '' && to !== ''
      ? t('profile.summary.period', { since: from, until: to })
      : to === ''
        ? from
        : t('profile.summary.to', { until: to });
  return (
    <li>
      <strong>{item.label}</strong>
      {item.value !== '' && <span>: {item.value}</span>}{' '}
      {severity !== '' && <Badge tone={severity === 'high' ? 'danger' : 'neutral'}>{grave}</Badge>}{' '}
      {item.status !== 'active' &&
        item.status !== 'completed' &&
        item.status !== 'final' &&
        status !== '' && <Badge>{status}</Badge>}
      {(days !== '' || details.length > 0) && (
        <span className="muted small check-note">{[...details, days].filter(Boolean).join(' · ')}</span>
      )}
    </li>
  );
}

/** The word for a code, or the code. */
function useCode(group: 'statuses' | 'severities', code: string): string {
  const { t, i18n } = useTranslation();
  const key = `profile.summary.${group}.${code}`;
  return code !== '' && i18n.exists(key) ? (t as (key: string) => string)(key) : code;
}
