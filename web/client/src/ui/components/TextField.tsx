/** One-line or multi-line text with label, hint and error. */
import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField as AriaTextField } from 'react-aria-components';
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
  const {
    label,
    hint,
    error,
    optional = false,
    multiline = false,
    type = 'text',
    min,
    max,
    required,
    ...field
  } = props;
  return (
    <AriaTextField
      {...field}
      type={multiline ? 'text' : type}
      isRequired={required ?? false}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      spellCheck={props.spellCheck === false ? 'false' : undefined}
      className="field"
    >
      <FieldLabel label={label} optional={optional} />
      {multiline ? <TextArea className="input" rows={3} /> : <Input className="input" min={min} max={max} />}
      <FieldNotes hint={hint} error={error} />
    </AriaTextField>
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
