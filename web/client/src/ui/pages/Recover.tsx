/** Back into the account with the printed kit: words typed, or already read from the QR's link. Then a new password. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { EmailField } from '../components/EmailField';
import { NewPassword, useNewPassword } from '../components/NewPassword';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { TextField } from '../components/TextField';
import { isEmail } from '../email';
import type { RatePassword, Submission } from '../models';
import { ROUTES } from '../paths';

export interface RecoverProps extends Submission {
  /** The kit came in the link's fragment: no words are asked. */
  readonly fromLink: boolean;
  readonly ratePassword: RatePassword;
  /** `words` is absent when the kit came by link; else twelve lower-case words with single spaces. */
  readonly onSubmit: (values: {
    readonly email: string;
    readonly words?: string;
    readonly password: string;
  }) => void;
}

export function Recover({ fromLink, ratePassword, onSubmit, pending, error }: RecoverProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const password = useNewPassword(ratePassword, [email]);
  const words = text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const complete = fromLink || words.length === 12;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (pending || !isEmail(email) || !complete || !password.acceptable) return;
    const base = { email: email.trim(), password: password.value };
    onSubmit(fromLink ? base : { ...base, words: words.join(' ') });
  };
  return (
    <Page
      title={t('recover.title')}
      lead={fromLink ? undefined : t('recover.lead')}
      back={{ href: ROUTES.signIn }}
      width="narrow"
    >
      {fromLink && (
        <Notice tone="success">
          <p>{t('recover.fromLink')}</p>
        </Notice>
      )}
      <Card>
        <form className="stack-l" onSubmit={submit} noValidate>
          <EmailField value={email} onChange={setEmail} tried={tried} />
          {!fromLink && (
            <TextField
              label={t('recover.words')}
              value={text}
              onChange={setText}
              multiline
              spellCheck={false}
              autoComplete="off"
              hint={`${t('recover.wordsHint')} ${t('recover.wordCount', { count: words.length })}`}
              error={tried && !complete ? t('recover.wordCount', { count: words.length }) : undefined}
            />
          )}
          <NewPassword field={password} tried={tried} label={t('recover.newPassword')} />
          <p className="muted small">{t('recover.sessions')}</p>
          <ErrorNotice error={error} />
          <Button type="submit" variant="primary" wide pending={pending}>
            {pending ? t('recover.pending') : t('recover.submit')}
          </Button>
        </form>
      </Card>
    </Page>
  );
}
