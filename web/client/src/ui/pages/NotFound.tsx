/** No such page. */
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../components/Button';
import { EmptyState } from '../components/EmptyState';
import { ROUTES } from '../paths';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="search"
      title={t('notFound.title')}
      of="page"
      action={
        <LinkButton href={ROUTES.home} variant="primary">
          {t('notFound.home')}
        </LinkButton>
      }
    >
      {t('notFound.text')}
    </EmptyState>
  );
}
