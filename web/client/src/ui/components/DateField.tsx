/** A day, as `YYYY-MM-DD`, with the platform's own date picker: the best one on phones, and keyboard-ready elsewhere. */
import { TextField } from './TextField';
import type { TextFieldProps } from './TextField';

export type DateFieldProps = Omit<TextFieldProps, 'type' | 'multiline' | 'inputMode' | 'autoComplete'>;

export function DateField(props: DateFieldProps) {
  return <TextField {...props} type="date" />;
}
