/** Uploads under way, each with its bar, and what may be done with it: pause, go on, cancel, retry. */
import { FileTrigger } from 'react-aria-components';
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
  readonly onPause: (id: string) => void;
  /** The file of an interrupted upload, chosen again. */
  readonly onFile: (id: string, file: File) => void;
  /** Forgets finished, failed and cancelled ones. */
  readonly onClear: () => void;
}

const RUNNING: readonly UploadView['state'][] = ['waiting', 'sealing', 'sending', 'offline', 'confirming'];
const PAUSABLE: readonly UploadView['state'][] = ['sealing', 'sending', 'offline'];
const OPEN: readonly UploadView['state'][] = [...RUNNING, 'paused', 'interrupted'];

export function UploadQueue({ uploads, onClear, ...actions }: UploadQueueProps) {
  const { t } = useTranslation();
  if (uploads.length === 0) return null;
  const open = uploads.some((one) => OPEN.includes(one.state));
  return (
    <section className="card" aria-label={t('vault.uploads')}>
      <div className="row row-between">
        <h2>{open ? t('vault.uploads') : t('vault.uploadsDone')}</h2>
        {!open && (
          <Button variant="plain" onPress={onClear}>
            {t('vault.clearUploads')}
          </Button>
        )}
      </div>
      <ul className="uploads">
        {uploads.map((upload) => (
          <Upload key={upload.id} upload={upload} {...actions} />
        ))}
      </ul>
    </section>
  );
}

type Actions = Omit<UploadQueueProps, 'uploads' | 'onClear'>;

function Upload({ upload, ...actions }: { readonly upload: UploadView } & Actions) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { title, state, error } = upload;
  const text = t(`upload.states.${state}`, {
    sent: formatSize(upload.sent, language),
    total: formatSize(upload.size, language),
    name: upload.fileName ?? '',
  });
  const part = upload.sent / Math.max(1, upload.size);
  const value = state === 'waiting' ? 0 : state === 'sealing' ? undefined : part;
  return (
    <li className="upload">
      <div className="upload-main">
        {RUNNING.includes(state) ? (
          <ProgressBar label={title} value={value} text={text} />
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
      <UploadActions upload={upload} {...actions} />
    </li>
  );
}

function UploadActions({
  upload: { id, title, state },
  onCancel,
  onRetry,
  onPause,
  onFile,
}: { readonly upload: UploadView } & Actions) {
  const { t } = useTranslation();
  return (
    <>
      {PAUSABLE.includes(state) && (
        <IconButton icon="pause" label={t('upload.pause', { title })} onPress={() => onPause(id)} />
      )}
      {state === 'paused' && (
        <IconButton icon="play" label={t('upload.goOn', { title })} onPress={() => onRetry(id)} />
      )}
      {state === 'interrupted' && (
        <FileTrigger
          onSelect={(list) => {
            const file = list?.[0];
            if (file !== undefined) onFile(id, file);
          }}
        >
          <Button aria-label={t('upload.chooseAgainFor', { title })}>{t('upload.chooseAgain')}</Button>
        </FileTrigger>
      )}
      {OPEN.includes(state) && (
        <IconButton icon="close" label={t('upload.cancel', { title })} onPress={() => onCancel(id)} />
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <IconButton icon="retry" label={t('upload.retry', { title })} onPress={() => onRetry(id)} />
      )}
    </>
  );
}
