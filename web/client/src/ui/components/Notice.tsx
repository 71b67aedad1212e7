/** A message in the page. Errors are announced at once, the others politely. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../models';
import { Icon } from './Icon';
import type { IconName } from './Icon';

export type NoticeTone = 'info' | 'success' | 'warning' | 'error';

const ICONS: Record<NoticeTone, IconName> = {
  info: 'info',
  success: 'check',
  warning: 'alert',
  error: 'alert',
};

export interface NoticeProps {
  readonly tone?: NoticeTone;
  readonly title?: string;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}

export function Notice({ tone = 'info', title, icon, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={tone === 'error' ? 'alert' : 'note'}>
      <Icon name={icon ?? ICONS[tone]} />
      <div className="notice-body">
        {title !== undefined && <p className="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

/** The sentence of an error code, or nothing. */
export function ErrorNotice({
  error,
  children,
}: {
  readonly error?: ErrorCode | undefined;
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation();
  if (error === undefined) return null;
  return (
    <Notice tone="error">
      <p>{t(`errors.${error}`)}</p>
      {children}
    </Notice>
  );
}
