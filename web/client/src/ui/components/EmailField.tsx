/** The address of an account, where somebody names theirs. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isEmail } from '../email';
import { TextField } from './TextField';

export interface EmailFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** A submission was tried: say what is wrong. */
  readonly tried: boolean;
  readonly hint?: ReactNode;
  readonly autoFocus?: boolean;
}

export function EmailField({ value, tried, ...rest }: EmailFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      {...rest}
      label={t('common.email')}
      value={value}
      type="email"
      autoComplete="username"
      required
      error={
        !tried || isEmail(value) ? undefined : t(value === '' ? 'common.required' : 'common.invalidEmail')
      }
    />
  );
}
