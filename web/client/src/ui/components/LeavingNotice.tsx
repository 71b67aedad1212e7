/** Says on every page that the account is to be deleted, and offers to keep it. */
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import type { Submission } from '../models';
import { useLanguage } from '../useLanguage';
import { Button } from './Button';
import { ErrorNotice, Notice } from './Notice';

export interface LeavingNoticeProps extends Submission {
  readonly due: Date;
  readonly onKeep: () => void;
}

export function LeavingNotice({ due, pending, error, onKeep }: LeavingNoticeProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="page shell-offline" role="status">
      <Notice tone="warning" icon="clock">
        <p>{t('leaving.banner', { until: formatMoment(due, language) })}</p>
        <div>
          <Button pending={pending} onPress={onKeep}>
            {t('leaving.keep')}
          </Button>
        </div>
      </Notice>
      <ErrorNotice error={error} />
    </div>
  );
}
