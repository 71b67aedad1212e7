/** How much room the own vault takes, of what the host allows, and in which sections. */
import { useTranslation } from 'react-i18next';
import { formatSize } from '../../i18n/format';
import type { StorageView } from '../accountModels';
import type { Loadable } from '../models';
import { useLanguage } from '../useLanguage';
import { Card, Facts } from './Card';
import { Loaded } from './Loaded';
import { ProgressBar } from './ProgressBar';
import { useSectionName } from './SectionName';

export function StorageCard({ storage }: { readonly storage: Loadable<StorageView> }) {
  const { t } = useTranslation();
  return (
    <Card title={t('ownAccount.storage.title')}>
      <Loaded of={storage}>{(value) => <Room value={value} />}</Loaded>
    </Card>
  );
}

function Room({ value }: { readonly value: StorageView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const size = formatSize(value.stored, language);
  const { quota } = value;
  return (
    <div className="stack-s">
      {quota === undefined ? (
        <p>{t('ownAccount.storage.used', { size })}</p>
      ) : (
        <ProgressBar
          label={t('ownAccount.storage.of', { size, quota: formatSize(quota, language) })}
          value={value.stored / quota}
        />
      )}
      {value.older > 0 && (
        <p className="muted small">
          {t('ownAccount.storage.bin', { size: formatSize(value.older, language) })}
        </p>
      )}
      {value.sections.length > 0 && (
        <details>
          <summary>{t('ownAccount.storage.sections')}</summary>
          <Facts
            columns={2}
            facts={value.sections.map(({ section, bytes }) => ({
              term: nameOf(section),
              value: formatSize(bytes, language),
            }))}
          />
        </details>
      )}
    </div>
  );
}
