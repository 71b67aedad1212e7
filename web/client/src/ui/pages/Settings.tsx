/** Account, language, fingerprint, lock, what else the account has, room, notices, password, sign out. */
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatFingerprint } from '../../i18n/format';
import { Button } from '../components/Button';
import { Card, Facts } from '../components/Card';
import { ChoiceGroup } from '../components/Choice';
import { CurrentPassword } from '../components/CurrentPassword';
import { NewPassword, useNewPassword } from '../components/NewPassword';
import { ErrorNotice, Notice } from '../components/Notice';
import { NoticeSettings } from '../components/NoticeSettings';
import type { NoticeSettingsProps } from '../components/NoticeSettings';
import { Page } from '../components/Page';
import { OwnAccountLinks } from '../components/OwnAccountLinks';
import { Select } from '../components/Select';
import { LOCK_MINUTES, type LockMinutes } from '../lockChoices';
import type { AccountView, Language, RatePassword, Submission } from '../models';
import { isPassword } from '../passwordLimit';

export interface SettingsProps {
  readonly account: AccountView;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  readonly onSignOut: () => void;
  readonly password: Submission & {
    readonly changed: boolean;
    readonly onSubmit: (values: { readonly current: string; readonly next: string }) => void;
  };
  readonly ratePassword: RatePassword;
  readonly notices: NoticeSettingsProps;
  readonly lock: { readonly after: LockMinutes; readonly onAfter: (minutes: LockMinutes) => void };
  /** How much room is used; of patients. */
  readonly storage?: ReactNode;
  /** What this device keeps of the app. */
  readonly device?: ReactNode;
}

export function Settings({
  account,
  language,
  onLanguage,
  onSignOut,
  password,
  ratePassword,
  notices,
  lock,
  storage,
  device,
}: SettingsProps) {
  const { t } = useTranslation();
  const facts = [
    { term: t('common.name'), value: account.name },
    { term: t('common.email'), value: account.email },
    {
      term: t('settings.role'),
      value: account.role === 'patient' ? t('signUp.patient') : t('signUp.professional'),
    },
    ...(account.profession
      ? [{ term: t('signUp.profession'), value: t(`professions.${account.profession}`) }]
      : []),
    ...(account.rpps !== undefined ? [{ term: t('signUp.rpps'), value: account.rpps }] : []),
  ];
  return (
    <Page title={t('settings.title')} width="reading">
      <Card title={t('settings.account')}>
        <Facts facts={facts} columns={2} />
        <div className="stack-s">
          <h3>{t('common.fingerprint')}</h3>
          <p className="fingerprint code">
            {formatFingerprint(account.fingerprint).map((group, index) => (
              <span key={index}>{group}</span>
            ))}
          </p>
          <p className="muted small">{t('settings.fingerprintText')}</p>
        </div>
      </Card>
      <Card>
        <ChoiceGroup
          label={t('settings.language')}
          value={language}
          onChange={onLanguage}
          choices={[
            { value: 'fr', label: t('app.french') },
            { value: 'en', label: t('app.english') },
          ]}
        />
      </Card>
      <Card>
        <Select
          label={t('lock.title')}
          hint={t('lock.text')}
          value={lock.after}
          onChange={lock.onAfter}
          options={LOCK_MINUTES.map((minutes) => ({
            value: minutes,
            label: t('lock.after', { count: Number(minutes) }),
          }))}
        />
      </Card>
      <OwnAccountLinks role={account.role} />
      {storage}
      {device}
      <NoticeSettings {...notices} />
      <ChangePassword {...password} account={account} ratePassword={ratePassword} />
      <Card flat>
        <p className="muted">{t('settings.signOutText')}</p>
        <div>
          <Button icon="signOut" onPress={onSignOut}>
            {t('settings.signOut')}
          </Button>
        </div>
      </Card>
    </Page>
  );
}

type ChangePasswordProps = SettingsProps['password'] & Pick<SettingsProps, 'account' | 'ratePassword'>;

function ChangePassword({ changed, onSubmit, pending, error, account, ratePassword }: ChangePasswordProps) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [tried, setTried] = useState(false);
  const next = useNewPassword(ratePassword, [account.email, account.name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!pending && isPassword(current) && next.acceptable) onSubmit({ current, next: next.value });
  };
  return (
    <Card title={t('settings.changePassword')}>
      {changed && (
        <Notice tone="success">
          <p>{t('settings.changed')}</p>
        </Notice>
      )}
      <form className="stack" onSubmit={submit} noValidate>
        <CurrentPassword
          label={t('settings.currentPassword')}
          value={current}
          onChange={setCurrent}
          tried={tried}
          email={account.email}
        />
        <NewPassword field={next} tried={tried} label={t('settings.newPassword')} />
        <ErrorNotice error={error} />
        <div>
          <Button type="submit" pending={pending}>
            {pending ? t('settings.pending') : t('settings.submit')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
