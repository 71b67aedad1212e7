/** Address and password: who signs in, and who opens what this device keeps. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isEmail } from '../email';
import type { Submission } from '../models';
import { isPassword } from '../passwordLimit';
import { Button } from './Button';
import { CurrentPassword } from './CurrentPassword';
import { EmailField } from './EmailField';
import { ErrorNotice } from './Notice';

export interface UnlockFormProps extends Submission {
  /** The address, where it is known; only the password is asked for then. */
  readonly email?: string | undefined;
  readonly submit: string;
  /** What the button says meanwhile. */
  readonly submitting: string;
  readonly onSubmit: (values: { readonly email: string; readonly password: string }) => void;
}

export function UnlockForm({ email: known = '', submit, submitting, ...props }: UnlockFormProps) {
  const { pending, error, onSubmit } = props;
  const { t } = useTranslation();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const go = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && isEmail(email) && isPassword(password)) onSubmit({ email: email.trim(), password });
  };
  return (
    <form className="stack-l" onSubmit={go} noValidate>
      <EmailField value={email} onChange={setEmail} tried={tried} autoFocus={known === ''} />
      <CurrentPassword
        label={t('common.password')}
        value={password}
        onChange={setPassword}
        tried={tried}
        autoFocus={known !== ''}
      />
      <ErrorNotice error={error} />
      <Button type="submit" variant="primary" wide pending={pending}>
        {pending ? submitting : submit}
      </Button>
      {pending && <p className="muted small">{t('signIn.slow')}</p>}
    </form>
  );
}
