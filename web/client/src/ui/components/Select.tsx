/**
 * One choice among several, optionally in groups.
 *
 * Until somebody presses it, or a key in it, it rests: only what is chosen is drawn. A form of many files has a list of 101 types in
 * each, and building them all would stop a telephone for a second.
 */
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
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
import { RestingSelect } from './RestingSelect';
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
  /** Asked for when they are drawn. */
  readonly groups?: () => readonly OptionGroup<T>[];
  /** What `value` is, where it may stand in a group. */
  readonly chosen?: Option<T> | undefined;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly optional?: boolean;
  readonly isDisabled?: boolean;
  /** The label is only read aloud. */
  readonly hideLabel?: boolean;
}

/** A key that was pressed while it rested. */
interface Came {
  readonly key: string;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options = [], hint, error, optional = false, hideLabel = false } = props;
  const [came, setCame] = useState<Came>();
  const chosen = props.chosen ?? options.find((one) => one.value === value);
  if (came === undefined && chosen !== undefined && error === undefined && props.isDisabled !== true) {
    return (
      <RestingSelect {...{ label, optional, hideLabel, hint, chosen }} onCome={(key) => setCame({ key })} />
    );
  }
  return <BuiltSelect {...props} came={came} />;
}

type BuiltSelectProps<T extends string> = SelectProps<T> & { readonly came: Came | undefined };

function BuiltSelect<T extends string>({ came, groups, options = [], ...props }: BuiltSelectProps<T>) {
  const { label, value, onChange, hint, error, optional = false, isDisabled, hideLabel = false } = props;
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  const answered = useRef<Came>(undefined);
  useLayoutEffect(() => {
    if (came === undefined || answered.current === came) return;
    answered.current = came;
    // It stands where the resting one stood: it has its focus, and what was pressed was pressed here.
    button.current?.focus();
    const { key } = came;
    // Its list is built by the end of this task.
    queueMicrotask(() => {
      button.current?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
  }, [came]);
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
      <Button ref={button} className="select-button">
        <SelectValue />
        <Icon name="down" />
      </Button>
      <FieldNotes hint={hint} error={error} />
      <Popover className="popover select-popover">
        <ListBox className="listbox">
          {options.map((option) => optionItem(option))}
          {groups?.().map((group) => (
            <ListBoxSection key={group.label}>
              <Header className="listbox-header">{group.label}</Header>
              {group.options.map((option) => optionItem(option))}
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
