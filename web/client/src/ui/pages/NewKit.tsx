/** Another recovery kit: the password first, then the kit itself, and the old one ends when the new one was put away. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, LinkButton } from '../components/Button';
import { Card } from '../components/Card';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { PasswordField } from '../components/PasswordField';
import type { Submission } from '../models';
import { isPassword } from '../passwordLimit';
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
        <PasswordForm email={email} pending={pending} error={error} onSubmit={onSubmit} />
      </Card>
    </Page>
  );
}

function PasswordForm({ email, pending, error, onSubmit }: Omit<NewKitProps, 'done'>) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && isPassword(password)) onSubmit(password);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <p className="muted">{t('ownAccount.newKit.passwordHint')}</p>
      <PasswordField
        label={t('ownAccount.newKit.password')}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        error={tried && password === '' ? t('common.required') : undefined}
      />
      <ErrorNotice error={error} />
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          {pending ? t('ownAccount.newKit.making') : t('ownAccount.newKit.make')}
        </Button>
      </div>
    </form>
  );
}
