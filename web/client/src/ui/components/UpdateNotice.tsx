/** Says that another version of the app is there. The person chooses when; nothing under way is cut off. */
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Notice } from './Notice';

export interface UpdateNoticeProps {
  /** It was chosen, and something has to be finished before. */
  readonly waiting: boolean;
  readonly onReload: () => void;
  readonly onLater: () => void;
}

export function UpdateNotice({ waiting, onReload, onLater }: UpdateNoticeProps) {
  const { t } = useTranslation();
  return (
    <div className="page shell-offline" role="status">
      <Notice icon="retry">
        <p>{waiting ? t('ownAccount.offline.waiting') : t('ownAccount.offline.update')}</p>
        <div className="dialog-actions">
          {!waiting && (
            <Button variant="primary" onPress={onReload}>
              {t('ownAccount.offline.reload')}
            </Button>
          )}
          <Button onPress={onLater}>{t('ownAccount.offline.later')}</Button>
        </div>
      </Notice>
    </div>
  );
}
