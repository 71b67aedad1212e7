/**
 * One-line or multi-line text with label, hint and error.
 *
 * The platform's own rather than React Aria's: a form of many files draws thirty, and four attributes say the same.
 */
import { useId, type ChangeEvent, type HTMLInputAutoCompleteAttribute, type ReactNode } from 'react';
import { FieldError, Label, Text } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: ReactNode;
  /** Shown, and announced, instead of nothing; the field is then invalid. */
  readonly error?: string | undefined;
  readonly type?: 'text' | 'email' | 'date' | 'number' | 'url';
  readonly autoComplete?: HTMLInputAutoCompleteAttribute;
  readonly inputMode?: 'text' | 'numeric' | 'email' | 'url';
  readonly required?: boolean;
  /** Says «optional» beside the label. */
  readonly optional?: boolean;
  readonly multiline?: boolean;
  readonly spellCheck?: boolean;
  readonly maxLength?: number;
  readonly min?: string | number;
  readonly max?: string | number;
  readonly autoFocus?: boolean;
  readonly isDisabled?: boolean;
  readonly name?: string;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, error, optional = false, required = false, multiline = false, ...rest } = props;
  const { onChange, isDisabled = false, min, max, type = 'text', ...field } = rest;
  const id = useId();
  const ids = { field: `${id}field`, hint: `${id}hint`, error: `${id}error` };
  const notes = [hint === undefined ? '' : ids.hint, error === undefined ? '' : ids.error].filter(Boolean);
  const common = {
    ...field,
    id: ids.field,
    className: 'input',
    disabled: isDisabled,
    'aria-required': required || undefined,
    'aria-invalid': error !== undefined || undefined,
    'aria-describedby': notes.length === 0 ? undefined : notes.join(' '),
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(target.value),
  };
  return (
    <div className="field">
      <label htmlFor={ids.field} className="field-label">
        <LabelWords label={label} optional={optional} />
      </label>
      {multiline ? <textarea {...common} rows={3} /> : <input {...common} {...{ type, min, max }} />}
      {hint !== undefined && (
        <span id={ids.hint} className="field-hint">
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span id={ids.error} className="field-error">
          <Icon name="alert" />
          <span>{error}</span>
        </span>
      )}
    </div>
  );
}

export interface FieldLabelProps {
  readonly label: string;
  readonly optional?: boolean;
  /** Only read aloud. */
  readonly hidden?: boolean;
}

export function FieldLabel({ label, optional, hidden = false }: FieldLabelProps) {
  return (
    <Label className={hidden ? 'visually-hidden' : 'field-label'}>
      <LabelWords label={label} optional={optional === true} />
    </Label>
  );
}

/** What a label says. */
export function LabelWords({ label, optional }: { readonly label: string; readonly optional: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {label}
      {optional && <span className="optional"> ({t('common.optional')})</span>}
    </>
  );
}

/** Hint and error of any field; must stand inside a React Aria field. */
export function FieldNotes({
  hint,
  error,
}: {
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}) {
  return (
    <>
      {hint !== undefined && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      {error !== undefined && (
        <FieldError className="field-error">
          <Icon name="alert" />
          <span>{error}</span>
        </FieldError>
      )}
    </>
  );
}
