/** Check boxes, and a group of large radio buttons. */
import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox, Label, Radio, RadioGroup } from 'react-aria-components';
import { Icon } from './Icon';

export interface CheckboxProps {
  readonly selected: boolean;
  readonly onChange: (selected: boolean) => void;
  readonly children: ReactNode;
  readonly isDisabled?: boolean;
}

export function Checkbox({ selected, onChange, children, isDisabled = false }: CheckboxProps) {
  return (
    <AriaCheckbox className="check" isSelected={selected} onChange={onChange} isDisabled={isDisabled}>
      <span className="check-box">
        <Icon name="check" />
      </span>
      <span>{children}</span>
    </AriaCheckbox>
  );
}

export interface ChoiceGroupProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
}

export function ChoiceGroup<T extends string>({ label, value, onChange, choices }: ChoiceGroupProps<T>) {
  return (
    <RadioGroup className="field" value={value} onChange={(next) => onChange(next as T)}>
      <Label className="field-label">{label}</Label>
      <div className="choice-group">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="choice">
            {choice.label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
