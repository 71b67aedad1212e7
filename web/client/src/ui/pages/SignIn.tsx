/** Sign in, and unlock again after a reload (the address is then known). */
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Card } from '../components/Card';
import { Page } from '../components/Page';
import { UnlockForm, type UnlockFormProps } from '../components/UnlockForm';
import { ROUTES } from '../paths';

export interface SignInProps extends Pick<UnlockFormProps, 'email' | 'onSubmit' | 'pending' | 'error'> {
  /** Whom people may ask, in the host's own words. */
  readonly contact?: string | undefined;
}

export function SignIn({ contact, ...props }: SignInProps) {
  const { t } = useTranslation();
  return (
    <Page title={t('signIn.title')} width="narrow">
      <Card>
        <UnlockForm {...props} submit={t('signIn.submit')} submitting={t('signIn.pending')} />
        <p>
          <Link href={ROUTES.recover}>{t('signIn.forgot')}</Link>
        </p>
      </Card>
      <p className="muted">
        {t('signIn.noAccount')} <Link href={ROUTES.signUp}>{t('nav.signUp')}</Link>
      </p>
      {contact !== undefined && <p className="muted">{t('host.contact', { contact })}</p>}
    </Page>
  );
}
