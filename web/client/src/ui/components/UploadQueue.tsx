/** Uploads under way, together and each with its bar, and what may be done: pause, go on, cancel, retry. */
import { memo } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { formatSize } from '../../i18n/format';
import type { UploadView } from '../models';
import { totalsOf } from '../uploadTotals';
import { useLanguage } from '../useLanguage';
import { Button, PlatformButton, RowButton } from './Button';
import { Icon } from './Icon';
import { ProgressBar } from './ProgressBar';
import { QueueSaid, QueueTotal, type AllActions } from './QueueTotal';

export interface UploadQueueProps extends AllActions {
  readonly uploads: readonly UploadView[];
  /** Of all of them, in bytes a second; absent while it is not known. */
  readonly speed?: number | undefined;
  readonly onCancel: (id: string) => void;
  readonly onRetry: (id: string) => void;
  readonly onPause: (id: string) => void;
  /** The file of an interrupted upload, chosen again. */
  readonly onFile: (id: string, file: File) => void;
  /** Forgets finished, failed and cancelled ones. */
  readonly onClear: () => void;
}

const RUNNING: readonly UploadView['state'][] = ['waiting', 'sealing', 'sending', 'offline', 'confirming'];
const PAUSABLE: readonly UploadView['state'][] = ['waiting', 'sealing', 'sending', 'offline'];
const OPEN: readonly UploadView['state'][] = [...RUNNING, 'paused', 'interrupted'];
/** So many have a row of their own. What asks for something comes first, then what moves. */
const ROWS = 8;
/** Of what is stored so many, and a line for the others: the record is below. */
const STORED = 3;
const FIRST: readonly UploadView['state'][] = ['failed', 'interrupted', 'paused', 'offline', 'sending'];

export function UploadQueue({ uploads, speed, onClear, ...actions }: UploadQueueProps) {
  const { t } = useTranslation();
  if (uploads.length === 0) return null;
  const has = (states: readonly UploadView['state'][]) => uploads.some((one) => states.includes(one.state));
  const open = has(OPEN);
  const totals = totalsOf(uploads);
  const rows = rowsOf(uploads);
  const { onCancel, onRetry, onPause, onFile, ...all } = actions;
  return (
    <section className="card" aria-label={t('vault.uploads')}>
      <div className="row row-between">
        <h2>{open ? t('vault.uploads') : t('vault.uploadsDone')}</h2>
        {!open && (
          <PlatformButton variant="plain" onPress={onClear}>
            {t('vault.clearUploads')}
          </PlatformButton>
        )}
      </div>
      {open && totals.count > 1 && <QueueTotal totals={totals} speed={speed} has={has} {...all} />}
      <QueueSaid totals={totals} />
      <ul className="uploads">
        {rows.map((upload) => (
          <Upload key={upload.id} upload={upload} {...{ onCancel, onRetry, onPause, onFile }} />
        ))}
      </ul>
      {rows.length < uploads.length && (
        <p className="muted small">
          {t(open ? 'queue.more' : 'queue.moreStored', { count: uploads.length - rows.length })}
        </p>
      )}
    </section>
  );
}

/** All of a few; of many those that matter now, in their order; when all are stored, the first ones. */
function rowsOf(uploads: readonly UploadView[]): readonly UploadView[] {
  if (uploads.every(({ state }) => state === 'done')) return uploads.slice(0, STORED);
  if (uploads.length <= ROWS) return uploads;
  const place = ({ state }: UploadView) => {
    const at = FIRST.indexOf(state);
    return at >= 0 ? at : state === 'done' || state === 'cancelled' ? FIRST.length + 1 : FIRST.length;
  };
  const chosen = new Set([...uploads].sort((one, other) => place(one) - place(other)).slice(0, ROWS));
  return uploads.filter((one) => chosen.has(one));
}

type Actions = Pick<UploadQueueProps, 'onCancel' | 'onRetry' | 'onPause' | 'onFile'>;

/** Drawn anew only when it changed: among many that matters. */
const Upload = memo(function Upload({ upload, ...actions }: { readonly upload: UploadView } & Actions) {
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
      <UploadActions {...{ id: upload.id, title, state }} {...actions} />
    </li>
  );
});

type UploadActionsProps = Pick<UploadView, 'id' | 'title' | 'state'> & Actions;

/** Not drawn anew with each byte. */
const UploadActions = memo(function UploadActions(props: UploadActionsProps) {
  const { id, title, state, onCancel, onRetry, onPause, onFile } = props;
  const { t } = useTranslation();
  return (
    <>
      {PAUSABLE.includes(state) && (
        <RowButton icon="pause" label={t('upload.pause', { title })} onPress={() => onPause(id)} />
      )}
      {state === 'paused' && (
        <RowButton icon="play" label={t('upload.goOn', { title })} onPress={() => onRetry(id)} />
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
        <RowButton icon="close" label={t('upload.cancel', { title })} onPress={() => onCancel(id)} />
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <RowButton icon="retry" label={t('upload.retry', { title })} onPress={() => onRetry(id)} />
      )}
    </>
  );
});
