/** Waiting: a spinner for a whole page, grey rows for a list. */
import { useTranslation } from 'react-i18next';

export function Loading({ text }: { readonly text?: string }) {
  const { t } = useTranslation();
  return (
    <div className="spinner-page" role="status">
      <span className="spinner" aria-hidden="true" />
      <p>{text ?? t('app.loading')}</p>
    </div>
  );
}

export function SkeletonRows({ rows = 4 }: { readonly rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="rows" role="status" aria-label={t('app.opening')}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="list-row" aria-hidden="true">
          <span className="thumb skeleton" />
          <span className="stack-s">
            <span className="skeleton skeleton-title" />
            <span className="skeleton skeleton-meta" />
          </span>
        </div>
      ))}
    </div>
  );
}
