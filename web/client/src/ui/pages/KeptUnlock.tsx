/** Opens what this device keeps, by address and password, without the server. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { ErrorNotice } from '../components/Notice';
import { Page } from '../components/Page';
import { PasswordField } from '../components/PasswordField';
import { TextField } from '../components/TextField';
import { isEmail } from '../email';
import type { Submission } from '../models';
import { ROUTES } from '../paths';

export interface KeptUnlockProps extends Submission {
  readonly onSubmit: (values: { readonly email: string; readonly password: string }) => void;
}

export function KeptUnlock({ onSubmit, pending, error }: KeptUnlockProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && isEmail(email) && password !== '') onSubmit({ email: email.trim(), password });
  };
  return (
    <Page
      title={t('kept.unlockTitle')}
      lead={t('kept.unlockText')}
      width="narrow"
      back={{ href: ROUTES.home }}
    >
      <Card>
        <form className="stack-l" onSubmit={submit} noValidate>
          <TextField
            label={t('common.email')}
            value={email}
            onChange={setEmail}
            type="email"
            autoComplete="username"
            required
            autoFocus
            error={tried && !isEmail(email) ? t('common.invalidEmail') : undefined}
          />
          <PasswordField
            label={t('common.password')}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            error={tried && password === '' ? t('common.required') : undefined}
          />
          <ErrorNotice error={error} />
          <Button type="submit" variant="primary" wide pending={pending}>
            {pending ? t('kept.unlocking') : t('kept.unlock')}
          </Button>
          {pending && <p className="muted small">{t('signIn.slow')}</p>}
        </form>
      </Card>
    </Page>
  );
}
