/** Opens what this device keeps, by address and password, without the server. */
import { useTranslation } from 'react-i18next';
import { Card } from '../components/Card';
import { Page } from '../components/Page';
import { UnlockForm, type UnlockFormProps } from '../components/UnlockForm';
import { ROUTES } from '../paths';

export type KeptUnlockProps = Pick<UnlockFormProps, 'onSubmit' | 'pending' | 'error'>;

export function KeptUnlock(props: KeptUnlockProps) {
  const { t } = useTranslation();
  return (
    <Page
      title={t('kept.unlockTitle')}
      lead={t('kept.unlockText')}
      width="narrow"
      back={{ href: ROUTES.home }}
    >
      <Card>
        <UnlockForm {...props} submit={t('kept.unlock')} submitting={t('kept.unlocking')} />
      </Card>
    </Page>
  );
}
