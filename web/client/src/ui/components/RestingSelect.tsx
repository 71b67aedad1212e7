/**
 * A choice that nobody came near yet: what is chosen, as a button of the platform's own that looks and is named like the real one.
 *
 * A form of many files has two in each, and React Aria's costs a slow device some ten milliseconds to make and as many to take down.
 */
import { useId, useRef, type ReactNode } from 'react';
import { Icon } from './Icon';
import { LabelWords } from './TextField';

export interface RestingSelectProps {
  readonly label: string;
  readonly optional: boolean;
  /** The label is only read aloud. */
  readonly hideLabel: boolean;
  readonly hint?: ReactNode;
  readonly chosen: { readonly label: string; readonly lang?: string | undefined };
  /** Somebody pressed it, or this key while it had the focus: it is the real one's. */
  readonly onCome: (key: string) => void;
}

/** What opens a list. */
const OPENS = 'ArrowDown';
const PRESSES = ['Enter', ' '];
/** Keys that are the page's, or nobody's. */
const OTHERS = /^(?:Tab|Escape|Shift|Control|Alt|AltGraph|Meta|CapsLock|Unidentified|Dead|Process|F\d+)$/;

export function RestingSelect({ label, optional, hideLabel, hint, chosen, onCome }: RestingSelectProps) {
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const ids = { label: `${id}label`, value: `${id}value`, hint: `${id}hint` };
  return (
    <div className="field">
      <span
        id={ids.label}
        className={hideLabel ? 'visually-hidden' : 'field-label'}
        onClick={() => button.current?.focus()}
      >
        <LabelWords label={label} optional={optional} />
      </span>
      <button
        ref={button}
        type="button"
        className="select-button"
        aria-haspopup="listbox"
        aria-expanded={false}
        aria-labelledby={`${ids.value} ${ids.label}`}
        aria-describedby={hint === undefined ? undefined : ids.hint}
        onClick={() => onCome(OPENS)}
        onKeyDown={(event) => {
          if (OTHERS.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          onCome(PRESSES.includes(event.key) ? OPENS : event.key);
        }}
      >
        <span id={ids.value} lang={chosen.lang}>
          {chosen.label}
        </span>
        <Icon name="down" />
      </button>
      {hint !== undefined && (
        <span id={ids.hint} className="field-hint">
          {hint}
        </span>
      )}
    </div>
  );
}
