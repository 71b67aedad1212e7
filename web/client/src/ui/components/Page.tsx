/** One page: heading, optional lead and actions, content. Sets the document's title. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { headingRef, useTitle } from '../useTitle';
import { Icon } from './Icon';

export interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly back?: { readonly href: string; readonly label?: string };
  /** `narrow` for forms, `reading` for lists of text, else full width. */
  readonly width?: 'narrow' | 'reading' | 'full';
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, back, width = 'full', children }: PageProps) {
  const { t } = useTranslation();
  useTitle(title);
  return (
    <div className={`page page-${width}`}>
      <div className="page-head">
        {back && (
          <Link href={back.href} className="back-link">
            <Icon name="arrow" />
            {back.label ?? t('common.back')}
          </Link>
        )}
        <div className="page-head-row">
          <div className="page-title">
            <h1 tabIndex={-1} ref={headingRef}>
              {title}
            </h1>
            {lead !== undefined && <p className="muted measure">{lead}</p>}
          </div>
          {actions}
        </div>
      </div>
      {children}
    </div>
  );
}
