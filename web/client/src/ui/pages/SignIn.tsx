/** Sign in, and unlock again after a reload (the address is then known). */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { PasswordField } from '../components/PasswordField';
import { TextField } from '../components/TextField';
import { isEmail } from '../email';
import type { Submission } from '../models';
import { ROUTES } from '../paths';

export interface SignInProps extends Submission {
  readonly email?: string;
  readonly onSubmit: (values: { readonly email: string; readonly password: string }) => void;
}

export function SignIn({ email: known = '', onSubmit, pending, error }: SignInProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && isEmail(email) && password !== '') onSubmit({ email: email.trim(), password });
  };
  return (
    <Page title={t('signIn.title')} width="narrow">
      <Card>
        <form className="stack-l" onSubmit={submit} noValidate>
          <TextField
            label={t('common.email')}
            value={email}
            onChange={setEmail}
            type="email"
            autoComplete="username"
            required
            autoFocus={known === ''}
            error={tried && !isEmail(email) ? t('common.invalidEmail') : undefined}
          />
          <PasswordField
            label={t('common.password')}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            autoFocus={known !== ''}
            error={tried && password === '' ? t('common.required') : undefined}
          />
          <ErrorNotice error={error} />
          <Button type="submit" variant="primary" wide pending={pending}>
            {pending ? t('signIn.pending') : t('signIn.submit')}
          </Button>
          {pending && <p className="muted small">{t('signIn.slow')}</p>}
        </form>
        <p>
          <Link href={ROUTES.recover}>{t('signIn.forgot')}</Link>
        </p>
      </Card>
      <p className="muted">
        {t('signIn.noAccount')} <Link href={ROUTES.signUp}>{t('nav.signUp')}</Link>
      </p>
    </Page>
  );
}
