/** The step of signing up that proves the address: a code was mailed there, and is typed here. */
import { useEffect, useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Submission } from '../models';
import { Button } from './Button';
import { Card } from './Card';
import { ErrorNotice, Notice } from './Notice';
import { Page } from './Page';
import { TextField } from './TextField';

const CODE = /^[0-9]{8}$/;
const PAUSE_MILLISECONDS = 60_000;

export interface SignUpCodeProps extends Submission {
  readonly email: string;
  /** How many codes were asked for; after each there is a pause. */
  readonly asked: number;
  readonly onCode: (code: string) => void;
  readonly onAgain: () => void;
  readonly onBack: () => void;
}

export function SignUpCode({ email, asked, pending, error, onCode, onAgain, onBack }: SignUpCodeProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const [rested, setRested] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setRested(asked), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [asked]);
  const typed = code.replaceAll(/[\s.-]/g, '');
  const invalid = !CODE.test(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && !invalid) onCode(typed);
  };
  return (
    <Page title={t('signUpCode.title')} width="narrow">
      <Card>
        <form className="stack-l" onSubmit={submit} noValidate>
          <Notice title={t('signUpCode.sent', { email })}>
            <p>{t('signUpCode.patience')}</p>
          </Notice>
          <TextField
            label={t('signUpCode.code')}
            value={code}
            onChange={setCode}
            hint={t('signUpCode.hint')}
            error={tried && invalid ? t('signUpCode.invalid') : undefined}
            inputMode="numeric"
            autoComplete="one-time-code"
            spellCheck={false}
            maxLength={20}
            required
          />
          <ErrorNotice error={error} />
          <Button type="submit" variant="primary" wide pending={pending}>
            {pending ? t('signUp.pending') : t('signUpCode.submit')}
          </Button>
          <div className="row">
            <Button isDisabled={pending || rested < asked} onPress={onAgain}>
              {t('signUpCode.again')}
            </Button>
            <Button variant="plain" isDisabled={pending} onPress={onBack}>
              {t('signUpCode.back')}
            </Button>
          </div>
          {rested < asked && <p className="muted small">{t('signUpCode.pause')}</p>}
        </form>
      </Card>
    </Page>
  );
}
