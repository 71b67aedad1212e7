/** A password that can be shown, with room for a strength meter under it. One that is too long is told at once. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Input, TextField as AriaTextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../i18n/format';
import { isTooLong, LONGEST_PASSWORD } from '../passwordLimit';
import { useLanguage } from '../useLanguage';
import { IconButton } from './Button';
import { FieldLabel, FieldNotes } from './TextField';

export interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoComplete: 'current-password' | 'new-password' | 'one-time-code';
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
  /** The strength meter. */
  readonly children?: ReactNode;
}

export function PasswordField({ label, hint, error, children, ...field }: PasswordFieldProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [shown, setShown] = useState(false);
  const tooLong = isTooLong(field.value)
    ? t('password.tooLong', { most: formatCount(LONGEST_PASSWORD, language) })
    : undefined;
  const fault = tooLong ?? error;
  return (
    <AriaTextField
      {...field}
      type={shown ? 'text' : 'password'}
      isRequired
      isInvalid={fault !== undefined}
      validationBehavior="aria"
      className="field"
    >
      <FieldLabel label={label} />
      <div className="input-group">
        <Input className="input" spellCheck={false} autoCapitalize="none" />
        <IconButton
          icon={shown ? 'eyeOff' : 'eye'}
          label={shown ? t('common.hidePassword') : t('common.showPassword')}
          onPress={() => setShown(!shown)}
        />
      </div>
      {children}
      <FieldNotes hint={hint} error={fault} />
    </AriaTextField>
  );
}
