/** Says that the host is being maintained: what goes on, what waits, until when as far as the host says. */
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import { useLanguage } from '../useLanguage';
import { Notice } from './Notice';

export interface HostNoticeProps {
  /** What the host tells people. */
  readonly until?: Date | undefined;
  /** Openings wait as well. */
  readonly still?: boolean | undefined;
  /** Whom people may ask. */
  readonly contact?: string | undefined;
}

export function HostNotice({ until, still = false, contact }: HostNoticeProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="page shell-offline" role="status">
      <Notice tone="warning" icon="clock">
        <p>
          {until === undefined
            ? t(still ? 'host.still' : 'host.readOnly')
            : t(still ? 'host.stillUntil' : 'host.readOnlyUntil', { until: formatMoment(until, language) })}
        </p>
        <p>{t('host.goesOn')}</p>
        {contact !== undefined && <p>{t('host.contact', { contact })}</p>}
      </Notice>
    </div>
  );
}
