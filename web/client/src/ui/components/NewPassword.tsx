/** A new password with its strength meter. `useNewPassword` holds the value; the rating comes from the wiring. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PasswordStrength, RatePassword } from '../models';
import { isTooLong } from '../passwordLimit';
import { PasswordField } from './PasswordField';
import { StrengthMeter } from './StrengthMeter';

export interface NewPasswordField {
  readonly value: string;
  readonly strength: PasswordStrength | null;
  readonly acceptable: boolean;
  readonly onChange: (value: string) => void;
}

/** `own` are words of the person (name, address) that make a password easy to guess. */
export function useNewPassword(rate: RatePassword, own: readonly string[]): NewPasswordField {
  const [value, setValue] = useState('');
  const strength = value === '' || isTooLong(value) ? null : rate(value, own);
  return { value, strength, acceptable: strength?.acceptable === true, onChange: setValue };
}

export interface NewPasswordProps {
  readonly field: NewPasswordField;
  /** A submission was tried: say what is wrong. */
  readonly tried: boolean;
  readonly label?: string;
}

export function NewPassword({ field, tried, label }: NewPasswordProps) {
  const { t } = useTranslation();
  const error =
    !tried || field.acceptable
      ? undefined
      : field.value === ''
        ? t('common.required')
        : t('errors.weak_password');
  return (
    <PasswordField
      label={label ?? t('common.password')}
      value={field.value}
      onChange={field.onChange}
      autoComplete="new-password"
      hint={t('password.hint')}
      error={error}
    >
      {!isTooLong(field.value) && <StrengthMeter strength={field.strength} />}
    </PasswordField>
  );
}
