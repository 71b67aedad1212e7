/** Buttons and links that look like buttons. One primary action a page; danger only for what cannot be taken back. */
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { ButtonProps as AriaButtonProps } from 'react-aria-components';
import { Link } from 'wouter';
import { Icon } from './Icon';
import type { IconName } from './Icon';

export type ButtonVariant = 'primary' | 'quiet' | 'plain' | 'danger';

interface Look {
  readonly variant?: ButtonVariant | undefined;
  readonly icon?: IconName | undefined;
  readonly wide?: boolean | undefined;
}

export interface ButtonProps
  extends Omit<AriaButtonProps, 'children' | 'className' | 'style' | 'isPending'>, Look {
  readonly children: ReactNode;
  /** Shows a spinner and blocks a second press; the children then say what is going on. */
  readonly pending?: boolean | undefined;
}

export function Button({ variant = 'quiet', icon, wide, pending = false, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} isPending={pending} className={look({ variant, wide })}>
      {pending ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<
  AriaButtonProps,
  'children' | 'className' | 'style' | 'aria-label'
> {
  readonly icon: IconName;
  readonly label: string;
  readonly variant?: ButtonVariant | undefined;
}

/** A square button that shows only an icon; the label is its accessible name. */
export function IconButton({ icon, label, variant = 'plain', ...rest }: IconButtonProps) {
  return (
    <AriaButton {...rest} aria-label={label} className={`${look({ variant })} button-icon`}>
      <Icon name={icon} />
    </AriaButton>
  );
}

export interface PlatformButtonProps extends Look {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly isDisabled?: boolean;
  /** As a Button's. */
  readonly pending?: boolean | undefined;
}

/**
 * Looks like a Button, and is the platform's own. Where documents are added: pressing React Aria's draws it four times, and hears
 * of the pointer wherever it goes, while documents are sealed.
 */
export function PlatformButton({
  variant,
  icon,
  wide,
  children,
  onPress,
  isDisabled = false,
  pending = false,
}: PlatformButtonProps) {
  return (
    <button
      type="button"
      className={look({ variant, wide })}
      disabled={isDisabled}
      aria-disabled={pending || undefined}
      onClick={pending ? undefined : onPress}
    >
      {pending ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

export interface RowButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
}

/** Looks like an IconButton, and is the platform's own: for lists of many rows, each of which is drawn in a fraction of the time. */
export function RowButton({ icon, label, onPress }: RowButtonProps) {
  return (
    <button
      type="button"
      className={`${look({ variant: 'plain' })} button-icon`}
      aria-label={label}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}

export interface LinkButtonProps extends Look {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link inside the app with the look of a button. */
export function LinkButton({ href, variant = 'quiet', icon, wide, children }: LinkButtonProps) {
  return (
    <Link href={href} className={look({ variant, wide })}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}

function look({ variant = 'quiet', wide }: Look): string {
  return `button button-${variant}${wide ? ' button-wide' : ''}`;
}
