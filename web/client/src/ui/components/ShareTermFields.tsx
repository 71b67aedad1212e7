/** How long a share lasts: from now on, or until a day. */
import { useTranslation } from 'react-i18next';
import type { ShareDuration, ShareTerm } from '../models';
import { ChoiceGroup } from './Choice';
import { DateField } from './DateField';

const DURATIONS: readonly ShareDuration[] = ['15m', '1h', '1d', '1w', 'date'];
const YEAR = 365;

export interface ShareTermFieldsProps {
  readonly term: ShareTerm;
  readonly onChange: (term: ShareTerm) => void;
  readonly now: Date;
  /** The person tried to go on. */
  readonly tried: boolean;
}

export function ShareTermFields({ term, onChange, now, tried }: ShareTermFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceGroup
        label={t('shareNew.duration')}
        value={term.duration}
        onChange={(duration) => onChange({ ...term, duration })}
        choices={DURATIONS.map((value) => ({ value, label: t(`shareNew.durations.${value}`) }))}
      />
      {term.duration === 'date' && (
        <DateField
          label={t('shareMore.until')}
          value={term.until ?? ''}
          onChange={(until) => onChange({ ...term, until })}
          min={dayOf(now, 0)}
          max={dayOf(now, YEAR - 1)}
          required
          error={tried && !isTerm(term, now) ? t('shareMore.untilMissing') : undefined}
        />
      )}
    </>
  );
}

/** Whether a term can be asked for: a day from today to a year on. */
export function isTerm({ duration, until = '' }: ShareTerm, now: Date): boolean {
  return duration !== 'date' || (until >= dayOf(now, 0) && until <= dayOf(now, YEAR - 1));
}

/** The day `later` days on, where the person is, as YYYY-MM-DD. */
function dayOf(now: Date, later: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + later, 12);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
}
