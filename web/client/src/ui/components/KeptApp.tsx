/** Whether this device keeps the app's own files. */
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Card } from './Card';
import { Notice } from './Notice';

export interface KeptAppProps {
  readonly kept: boolean;
  readonly pending: boolean;
  readonly failed: boolean;
  readonly onKeep: (keep: boolean) => void;
}

export function KeptApp({ kept, pending, failed, onKeep }: KeptAppProps) {
  const { t } = useTranslation();
  return (
    <Card title={t('ownAccount.offline.title')}>
      <p className="muted">{t('ownAccount.offline.text')}</p>
      <div aria-live="polite">{kept && <p>{t('ownAccount.offline.kept')}</p>}</div>
      {failed && (
        <Notice tone="error">
          <p>{t('ownAccount.offline.failed')}</p>
        </Notice>
      )}
      <div>
        <Button pending={pending} onPress={() => onKeep(!kept)}>
          {pending
            ? t('ownAccount.offline.keeping')
            : kept
              ? t('ownAccount.offline.off')
              : t('ownAccount.offline.on')}
        </Button>
      </div>
    </Card>
  );
}
