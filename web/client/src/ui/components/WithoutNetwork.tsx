/** Where there is no network: the way to what this device keeps, if it keeps anything. */
import { useTranslation } from 'react-i18next';
import { ROUTES } from '../paths';
import { LinkButton } from './Button';
import { Notice } from './Notice';

export function WithoutNetwork({ kept }: { readonly kept: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="page page-narrow">
      <Notice tone="info" icon="offline" title={t('kept.start')}>
        <p>{t(kept ? 'kept.startText' : 'kept.startNone')}</p>
        {kept && (
          <div>
            <LinkButton href={ROUTES.kept} variant="primary" icon="lock">
              {t('kept.open')}
            </LinkButton>
          </div>
        )}
      </Notice>
    </div>
  );
}
