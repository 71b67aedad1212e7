/** The own password typed once more before something that an unlocked screen must not be enough for. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Submission } from '../models';
import { isPassword } from '../passwordLimit';
import { Button } from './Button';
import { CurrentPassword } from './CurrentPassword';
import { ErrorNotice } from './Notice';

export interface OwnPasswordFormProps extends Submission {
  /** Whose password it is, for password managers. */
  readonly email: string;
  /** What the button says, and while it works. */
  readonly action: string;
  readonly acting: string;
  readonly variant: 'primary' | 'danger';
  readonly onSubmit: (password: string) => void;
}

export function OwnPasswordForm(props: OwnPasswordFormProps) {
  const { email, action, acting, variant, pending, error, onSubmit } = props;
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
      <p className="muted">{t('ownAccount.password.hint')}</p>
      <CurrentPassword
        label={t('ownAccount.password.label')}
        value={password}
        onChange={setPassword}
        tried={tried}
        email={email}
      />
      <ErrorNotice error={error} />
      <div>
        <Button type="submit" variant={variant} pending={pending}>
          {pending ? acting : action}
        </Button>
      </div>
    </form>
  );
}
