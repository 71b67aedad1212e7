/** A telephone number that waits to be confirmed: a code is sent there, and typed here. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Submission } from '../models';
import { Button } from './Button';
import { ErrorNotice, Notice } from './Notice';
import { TextField } from './TextField';

const CODE = /^[0-9]{6}$/;

/** What is done about a number that waits. */
export interface PhoneConfirmation extends Submission {
  /** A code was sent since the page was opened. */
  readonly sent: boolean;
  readonly onSend: () => void;
  readonly onConfirm: (code: string) => void;
}

export interface ConfirmPhoneProps extends PhoneConfirmation {
  readonly phone: string;
}

export function ConfirmPhone({ phone, sent, pending, error, onSend, onConfirm }: ConfirmPhoneProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const typed = code.replaceAll(/\s/g, '');
  const wrong = !CODE.test(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && !wrong) onConfirm(typed);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Notice tone="warning" title={t('phone.title')}>
        <p>{t('phone.text', { phone })}</p>
      </Notice>
      {error === 'ended' ? (
        <Notice tone="error">
          <p>{t('phone.over')}</p>
        </Notice>
      ) : (
        <ErrorNotice error={error} />
      )}
      {sent && (
        <TextField
          label={t('phone.code')}
          value={code}
          onChange={setCode}
          hint={t('phone.hint')}
          error={tried && wrong ? t('phone.wrong') : undefined}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
        />
      )}
      <div className="row">
        {sent && (
          <Button type="submit" pending={pending}>
            {t('phone.confirm')}
          </Button>
        )}
        <Button variant={sent ? 'quiet' : 'primary'} pending={pending && !sent} onPress={onSend}>
          {sent ? t('phone.again') : t('phone.send')}
        </Button>
      </div>
    </form>
  );
}
