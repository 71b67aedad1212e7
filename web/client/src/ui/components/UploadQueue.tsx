/** Uploads under way, each with its bar, cancel and retry. */
import { useTranslation } from 'react-i18next';
import { formatSize } from '../../i18n/format';
import type { UploadView } from '../models';
import { useLanguage } from '../useLanguage';
import { Button, IconButton } from './Button';
import { Icon } from './Icon';
import { ProgressBar } from './ProgressBar';

export interface UploadQueueProps {
  readonly uploads: readonly UploadView[];
  readonly onCancel: (id: string) => void;
  readonly onRetry: (id: string) => void;
  /** Forgets finished, failed and cancelled ones. */
  readonly onClear: () => void;
}

const RUNNING: readonly UploadView['state'][] = ['waiting', 'sealing', 'sending'];

export function UploadQueue({ uploads, onCancel, onRetry, onClear }: UploadQueueProps) {
  const { t } = useTranslation();
  if (uploads.length === 0) return null;
  const running = uploads.some((one) => RUNNING.includes(one.state));
  return (
    <section className="card" aria-label={t('vault.uploads')}>
      <div className="row row-between">
        <h2>{running ? t('vault.uploads') : t('vault.uploadsDone')}</h2>
        {!running && (
          <Button variant="plain" onPress={onClear}>
            {t('vault.clearUploads')}
          </Button>
        )}
      </div>
      <ul className="uploads">
        {uploads.map((upload) => (
          <Upload key={upload.id} upload={upload} onCancel={onCancel} onRetry={onRetry} />
        ))}
      </ul>
    </section>
  );
}

function Upload({
  upload,
  onCancel,
  onRetry,
}: { readonly upload: UploadView } & Pick<UploadQueueProps, 'onCancel' | 'onRetry'>) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id, title, state, error } = upload;
  const text = t(`upload.states.${state}`, {
    sent: formatSize(upload.sent, language),
    total: formatSize(upload.size, language),
  });
  const running = RUNNING.includes(state);
  const waiting = state === 'waiting' ? 0 : undefined;
  return (
    <li className="upload">
      <div className="upload-main">
        {running ? (
          <ProgressBar
            label={title}
            value={state === 'sending' ? upload.sent / Math.max(1, upload.size) : waiting}
            text={text}
          />
        ) : (
          <p className="progress-text">
            <span>{title}</span>
            <span className={state === 'failed' ? 'upload-failed' : undefined}>
              {state === 'done' && <Icon name="check" />}
              {text}
            </span>
          </p>
        )}
        {error !== undefined && (
          <p className="field-error" role="alert">
            <Icon name="alert" />
            <span>{t(`errors.${error}`)}</span>
          </p>
        )}
      </div>
      {running && (
        <IconButton icon="close" label={t('upload.cancel', { title })} onPress={() => onCancel(id)} />
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <IconButton icon="retry" label={t('upload.retry', { title })} onPress={() => onRetry(id)} />
      )}
    </li>
  );
}
