/** Said to a professional whose link waits until they are signed in. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ROUTES } from '../paths';
import { LinkButton } from './Button';
import { Notice } from './Notice';

export function SignInFirst({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Notice icon="key">
      <p>{children}</p>
      <div className="row">
        <LinkButton href={ROUTES.signIn} variant="primary">
          {t('nav.signIn')}
        </LinkButton>
        <LinkButton href={`${ROUTES.signUp}?role=professional`}>{t('nav.signUp')}</LinkButton>
      </div>
    </Notice>
  );
}
