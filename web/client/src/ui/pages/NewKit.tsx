/** Another recovery kit: the password first, then the kit itself, and the old one ends when the new one was put away. */
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { Notice } from '../components/Notice';
import { OwnPasswordForm } from '../components/OwnPasswordForm';
import { Page } from '../components/Page';
import type { Submission } from '../models';
import { ROUTES } from '../paths';

export interface NewKitProps extends Submission {
  readonly email: string;
  readonly done: boolean;
  readonly onSubmit: (password: string) => void;
}

export function NewKit({ email, done, pending, error, onSubmit }: NewKitProps) {
  const { t } = useTranslation();
  const back = { href: ROUTES.settings, label: t('settings.title') };
  if (done) {
    return (
      <Page title={t('ownAccount.newKit.done')} width="narrow" back={back}>
        <Notice tone="success">
          <p>{t('ownAccount.newKit.doneText')}</p>
        </Notice>
        <LinkButton href={ROUTES.settings} variant="primary">
          {t('ownAccount.newKit.back')}
        </LinkButton>
      </Page>
    );
  }
  return (
    <Page title={t('ownAccount.newKit.title')} lead={t('ownAccount.newKit.lead')} width="narrow" back={back}>
      <Card>
        <OwnPasswordForm
          email={email}
          action={t('ownAccount.newKit.make')}
          acting={t('ownAccount.newKit.making')}
          variant="primary"
          pending={pending}
          error={error}
          onSubmit={onSubmit}
        />
      </Card>
    </Page>
  );
}
