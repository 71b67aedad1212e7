/** What SMART Health Cards of other issuers say, with the notice that nobody verified it. */
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../i18n/format';
import type { HealthCardView } from '../models';
import { useLanguage } from '../useLanguage';
import { Notice } from './Notice';

const KINDS = [
  'AllergyIntolerance',
  'Condition',
  'DiagnosticReport',
  'Immunization',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
] as const;

export function HealthCards({ cards }: { readonly cards: readonly HealthCardView[] }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <Notice tone="warning">
        <p>{t('received.card.unverified')}</p>
      </Notice>
      {cards.map((card, index) => (
        <HealthCard key={index} card={card} />
      ))}
    </div>
  );
}

function HealthCard({ card }: { readonly card: HealthCardView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const kindOf = (kind: string): string => {
    const known = KINDS.find((one) => one === kind);
    return known === undefined ? kind : t(`received.card.kinds.${known}`);
  };
  return (
    <dl className="facts health-card">
      {card.holder !== '' && (
        <div>
          <dt>{t('received.card.holder')}</dt>
          <dd>{card.holder}</dd>
        </div>
      )}
      <div>
        <dt>{t('received.card.issuer')}</dt>
        <dd>{card.issuer}</dd>
      </div>
      <div>
        <dt>{t('received.card.issued')}</dt>
        <dd>{formatDay(card.issued, language)}</dd>
      </div>
      <div>
        <dt>{t('received.card.holds')}</dt>
        <dd>
          <ul>
            {card.lines.map((line, index) => (
              <li key={index}>{[kindOf(line.kind), line.text, line.date].filter(Boolean).join(' · ')}</li>
            ))}
          </ul>
        </dd>
      </div>
    </dl>
  );
}
