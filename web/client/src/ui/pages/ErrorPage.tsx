/** What an error boundary shows: a way on, and nothing about the cause that could carry document data. */
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import type { ErrorCode } from '../models';

export interface ErrorPageProps {
  readonly error?: ErrorCode | undefined;
  readonly onReload: () => void;
}

export function ErrorPage({ error, onReload }: ErrorPageProps) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState
        icon="alert"
        title={t('errorPage.title')}
        of="page"
        action={
          <Button variant="primary" icon="retry" onPress={onReload}>
            {t('errorPage.reload')}
          </Button>
        }
      >
        {error === undefined ? t('errorPage.text') : t(`errors.${error}`)}
      </EmptyState>
    </div>
  );
}
