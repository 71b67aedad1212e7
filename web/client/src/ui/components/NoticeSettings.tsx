/** How the account wants to be told: language, how often, a telephone number. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Loadable, Submission } from '../models';
import type { NoticeSettingsView, NoticeWishes } from '../noticeModels';
import { Button } from './Button';
import { Card } from './Card';
import { ChoiceGroup } from './Choice';
import { ConfirmPhone, type PhoneConfirmation } from './ConfirmPhone';
import { Loaded } from './Loaded';
import { ErrorNotice, Notice } from './Notice';
import { TextField } from './TextField';

const PHONE = /^\+[1-9][0-9]{6,14}$/;

export interface NoticeSettingsProps extends Submission {
  readonly settings: Loadable<NoticeSettingsView>;
  readonly saved: boolean;
  readonly onSubmit: (wishes: NoticeWishes) => void;
  readonly phone: PhoneConfirmation;
}

export function NoticeSettings({ settings, phone, ...rest }: NoticeSettingsProps) {
  const { t } = useTranslation();
  return (
    <Card title={t('notices.settings.title')}>
      <Loaded of={settings}>
        {(value) => (
          <>
            <Form value={value} {...rest} />
            {value.sms && value.wishes.phone !== '' && !value.phoneConfirmed && (
              <ConfirmPhone key={value.wishes.phone} phone={value.wishes.phone} {...phone} />
            )}
            {value.sms && value.phoneConfirmed && (
              <p className="muted" role="status">
                {t('phone.done')}
              </p>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

type FormProps = Omit<NoticeSettingsProps, 'settings' | 'phone'> & { readonly value: NoticeSettingsView };

function Form({ value, saved, pending, error, onSubmit }: FormProps) {
  const { t } = useTranslation();
  const [wishes, setWishes] = useState(value.wishes);
  const change = (changed: Partial<NoticeWishes>) => setWishes({ ...wishes, ...changed });
  const phone = wishes.phone.replaceAll(/[\s.()-]/g, '');
  const wrong = phone !== '' && !PHONE.test(phone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending && !wrong) onSubmit({ ...wishes, phone });
  };
  const each = { value: 'each', label: t('notices.settings.each') } as const;
  const daily = { value: 'daily', label: t('notices.settings.daily') } as const;
  const off = { value: 'off', label: t('notices.settings.off') } as const;
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="muted">{value.mail ? t('notices.settings.lead') : t('notices.settings.noMail')}</p>
      <ChoiceGroup
        label={t('notices.settings.openings')}
        value={wishes.openings}
        onChange={(openings) => change({ openings })}
        choices={[each, daily]}
      />
      <ChoiceGroup
        label={t('notices.settings.others')}
        value={wishes.others}
        onChange={(others) => change({ others })}
        choices={[each, daily, off]}
      />
      <ChoiceGroup
        label={t('notices.settings.language')}
        value={wishes.language}
        onChange={(language) => change({ language })}
        choices={[
          { value: 'fr', label: t('app.french') },
          { value: 'en', label: t('app.english') },
        ]}
      />
      {value.sms && (
        <TextField
          label={t('notices.settings.phone')}
          value={wishes.phone}
          onChange={(next) => change({ phone: next })}
          hint={t('notices.settings.phoneHint')}
          error={wrong ? t('notices.settings.phoneInvalid') : undefined}
          autoComplete="tel"
          optional
        />
      )}
      <p className="muted small">{t('notices.settings.always')}</p>
      <ErrorNotice error={error} />
      {saved && (
        <Notice tone="success">
          <p>{t('notices.settings.saved')}</p>
        </Notice>
      )}
      <div>
        <Button type="submit" pending={pending}>
          {t('notices.settings.submit')}
        </Button>
      </div>
    </form>
  );
}
