/** How the download of a document stands, with what ends it. */
import { useTranslation } from 'react-i18next';
import { formatSize } from '../../i18n/format';
import type { DownloadView } from '../models';
import { useLanguage } from '../useLanguage';
import { IconButton } from './Button';
import { Icon } from './Icon';
import { ProgressBar } from './ProgressBar';

export interface DownloadProgressProps {
  readonly download: DownloadView;
  readonly title: string;
  readonly onCancel: () => void;
}

export function DownloadProgress({ download, title, onCancel }: DownloadProgressProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, received, size, error } = download;
  const running = state === 'preparing' || state === 'receiving' || state === 'waiting';
  const text = t(`transfer.download.${state}`, {
    received: formatSize(received, language),
    total: formatSize(size, language),
  });
  return (
    <div className="upload" role="group" aria-label={t('transfer.download.label', { title })}>
      <div className="upload-main">
        {running ? (
          <ProgressBar
            label={t('transfer.download.label', { title })}
            value={state === 'preparing' ? undefined : received / Math.max(1, size)}
            text={text}
          />
        ) : (
          <p className={state === 'failed' ? 'small upload-failed' : 'small'} role="status">
            {state === 'done' && <Icon name="check" />} {text}
          </p>
        )}
        {error !== undefined && error !== 'cancelled' && (
          <p className="field-error" role="alert">
            <Icon name="alert" />
            <span>{t(`errors.${error}`)}</span>
          </p>
        )}
      </div>
      {running && (
        <IconButton icon="close" label={t('transfer.download.cancel', { title })} onPress={onCancel} />
      )}
    </div>
  );
}
