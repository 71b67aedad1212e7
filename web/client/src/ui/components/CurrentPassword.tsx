/** The password of an account, where somebody types theirs to be let in or to change something. */
import { useTranslation } from 'react-i18next';
import { PasswordField, type PasswordFieldProps } from './PasswordField';

export interface CurrentPasswordProps extends Pick<
  PasswordFieldProps,
  'label' | 'value' | 'onChange' | 'autoFocus'
> {
  /** A submission was tried: say what is wrong. */
  readonly tried: boolean;
  /** Whose password it is, for password managers; absent where the address has a field of its own. */
  readonly email?: string;
}

export function CurrentPassword({ tried, email, ...field }: CurrentPasswordProps) {
  const { t } = useTranslation();
  return (
    <>
      {email !== undefined && (
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      )}
      <PasswordField
        {...field}
        autoComplete="current-password"
        error={tried && field.value === '' ? t('common.required') : undefined}
      />
    </>
  );
}
