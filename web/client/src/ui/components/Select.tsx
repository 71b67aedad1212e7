/**
 * One choice among several, optionally in groups.
 *
 * Until somebody comes near (pointer, focus, press) only the chosen option is built: a form of many files has a list of 101
 * types in each, and building them all would stop a telephone for a second.
 */
import { useState, type ReactNode } from 'react';
import {
  Button,
  Header,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';
import { FieldLabel, FieldNotes } from './TextField';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Language of the label when it is not the page's. */
  readonly lang?: string | undefined;
}

export interface OptionGroup<T extends string> {
  readonly label: string;
  readonly options: readonly Option<T>[];
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly options?: readonly Option<T>[];
  readonly groups?: readonly OptionGroup<T>[];
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly optional?: boolean;
  readonly isDisabled?: boolean;
  /** The label is only read aloud. */
  readonly hideLabel?: boolean;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const {
    label,
    value,
    onChange,
    options = [],
    groups = [],
    hint,
    error,
    optional = false,
    isDisabled,
    hideLabel = false,
  } = props;
  const { t } = useTranslation();
  const [near, setNear] = useState(false);
  const come = () => setNear(true);
  // Where nothing is chosen all are built: a list without any does not open.
  const chosen = [...options, ...groups.flatMap((group) => group.options)].some((one) => one.value === value);
  const built = (option: Option<T>) => near || !chosen || option.value === value;
  return (
    <AriaSelect
      className="field"
      selectedKey={value}
      onSelectionChange={(key) => {
        if (typeof key === 'string') onChange(key as T);
      }}
      placeholder={t('common.choose')}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      isDisabled={isDisabled ?? false}
    >
      <FieldLabel label={label} optional={optional} hidden={hideLabel} />
      <Button className="select-button" onHoverStart={come} onFocus={come} onPressStart={come}>
        <SelectValue />
        <Icon name="down" />
      </Button>
      <FieldNotes hint={hint} error={error} />
      <Popover className="popover select-popover">
        <ListBox className="listbox">
          {options.filter(built).map((option) => optionItem(option))}
          {groups
            .filter((group) => group.options.some(built))
            .map((group) => (
              <ListBoxSection key={group.label}>
                <Header className="listbox-header">{group.label}</Header>
                {group.options.filter(built).map((option) => optionItem(option))}
              </ListBoxSection>
            ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

function optionItem<T extends string>(option: Option<T>) {
  return (
    <ListBoxItem key={option.value} id={option.value} textValue={option.label} className="option">
      <span lang={option.lang}>{option.label}</span>
    </ListBoxItem>
  );
}
