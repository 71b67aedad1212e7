/** Shows a Loadable: skeleton, error with retry, offline note, or the value. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Loadable } from '../models';
import { Button } from './Button';
import { SkeletonRows } from './Loading';
import { ErrorNotice, Notice } from './Notice';

export interface LoadedProps<T> {
  readonly of: Loadable<T>;
  readonly children: (value: T) => ReactNode;
  readonly waiting?: ReactNode;
}

export function Loaded<T>({ of, children, waiting }: LoadedProps<T>) {
  const { t } = useTranslation();
  switch (of.state) {
    case 'loading':
      return <>{waiting ?? <SkeletonRows />}</>;
    case 'ready':
      return <>{children(of.value)}</>;
    case 'failed':
      return <ErrorNotice error={of.error}>{retryButton(of.onRetry, t('common.retry'))}</ErrorNotice>;
    case 'offline':
      return (
        <>
          <Notice tone="warning" icon="offline">
            <p>{t('app.offline')}</p>
            {retryButton(of.onRetry, t('common.retry'))}
          </Notice>
          {of.value !== undefined && children(of.value)}
        </>
      );
  }
}

function retryButton(onRetry: (() => void) | undefined, label: string) {
  return (
    onRetry && (
      <div>
        <Button icon="retry" onPress={onRetry}>
          {label}
        </Button>
      </div>
    )
  );
}
