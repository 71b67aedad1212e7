/** A new account: patient or professional. The page holds the fields; the wiring makes keys and account. */
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Button } from '../components/Button';
import { Card } from '../components/Card';
import { ChoiceGroup } from '../components/Choice';
import { EmailField } from '../components/EmailField';
import { NewPassword, useNewPassword } from '../components/NewPassword';
import { ErrorNotice, Notice } from '../components/Notice';
import { Page } from '../components/Page';
import { Select } from '../components/Select';
import { TextField } from '../components/TextField';
import { fr } from '../../i18n/fr';
import { isEmail } from '../email';
import type { ProfessionCode, RatePassword, Role, SignUpValues, Submission } from '../models';
import { ROUTES } from '../paths';
import { isRpps } from '../rpps';

export interface SignUpProps extends Submission {
  readonly initialRole?: Role;
  readonly ratePassword: RatePassword;
  readonly onSubmit: (values: SignUpValues) => void;
  /** Shown in place of the form, while what was typed there stays: the code that was mailed is asked for. */
  readonly instead?: ReactNode;
}

const PROFESSIONS = Object.keys(fr.professions) as ProfessionCode[];

export function SignUp({
  initialRole = 'patient',
  ratePassword,
  onSubmit,
  instead,
  pending,
  error,
}: SignUpProps) {
  const { t } = useTranslation();
  const [role, setRole] = useState<Role>(initialRole);
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [rpps, setRpps] = useState('');
  const [profession, setProfession] = useState<ProfessionCode | null>(null);
  const [tried, setTried] = useState(false);
  const password = useNewPassword(ratePassword, [email, name]);
  const professional = role === 'professional';

  const faults = {
    email: isEmail(email) ? undefined : t('common.invalidEmail'),
    name: name.trim() === '' ? t('common.required') : undefined,
    rpps: professional && !isRpps(rpps) ? t('signUp.rppsInvalid') : undefined,
    profession: professional && profession === null ? t('common.required') : undefined,
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (pending || !password.acceptable || Object.values(faults).some((fault) => fault !== undefined)) return;
    const base = { role, email: email.trim(), name: name.trim(), password: password.value };
    onSubmit(
      professional && profession !== null ? { ...base, rpps: rpps.replace(/\s/g, ''), profession } : base,
    );
  };
  const shown = <K extends keyof typeof faults>(key: K) => (tried ? faults[key] : undefined);

  if (instead) return instead;
  return (
    <Page title={t('signUp.title')} width="narrow">
      <Card>
        <form className="stack-l" onSubmit={submit} noValidate>
          <ChoiceGroup
            label={t('signUp.who')}
            value={role}
            onChange={setRole}
            choices={[
              { value: 'patient', label: t('signUp.patient') },
              { value: 'professional', label: t('signUp.professional') },
            ]}
          />
          <TextField
            label={t('common.name')}
            value={name}
            onChange={setName}
            autoComplete="name"
            maxLength={200}
            required
            hint={professional ? t('signUp.nameProfessionalHint') : t('signUp.namePatientHint')}
            error={shown('name')}
          />
          {professional && (
            <>
              <Select
                label={t('signUp.profession')}
                value={profession}
                onChange={setProfession}
                options={PROFESSIONS.map((code) => ({ value: code, label: t(`professions.${code}`) }))}
                error={shown('profession')}
              />
              <TextField
                label={t('signUp.rpps')}
                value={rpps}
                onChange={setRpps}
                inputMode="numeric"
                required
                hint={t('signUp.rppsHint')}
                error={shown('rpps')}
              />
            </>
          )}
          <EmailField value={email} onChange={setEmail} tried={tried} hint={t('common.emailHint')} />
          <NewPassword field={password} tried={tried} />
          <Notice tone="warning" icon="key">
            <p>{t('signUp.warning')}</p>
          </Notice>
          <ErrorNotice error={error} />
          <Button type="submit" variant="primary" wide pending={pending}>
            {pending ? t('signUp.pending') : t('signUp.submit')}
          </Button>
        </form>
      </Card>
      <p className="muted">
        {t('signUp.already')} <Link href={ROUTES.signIn}>{t('nav.signIn')}</Link>
      </p>
    </Page>
  );
}
