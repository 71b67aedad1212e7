/** What a list, or a whole page, shows when it holds nothing: why, and what to do. */
import type { ReactNode } from 'react';
import { headingRef, useTitle } from '../useTitle';
import { Icon } from './Icon';
import type { IconName } from './Icon';

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** `page`: it is all that the page says, and names the page. */
  readonly of?: 'page' | 'part';
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, of = 'part', children, action }: EmptyStateProps) {
  useTitle(of === 'page' ? title : undefined);
  return (
    <div className="empty">
      <span className="empty-mark">
        <Icon name={icon} />
      </span>
      {of === 'page' ? (
        <h1 tabIndex={-1} ref={headingRef}>
          {title}
        </h1>
      ) : (
        <h2>{title}</h2>
      )}
      {children !== undefined && <p className="muted measure">{children}</p>}
      {action}
    </div>
  );
}
