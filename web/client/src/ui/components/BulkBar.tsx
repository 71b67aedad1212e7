/** What to do with the documents that were selected, how far it is, and what failed, document by document. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentView, SectionView } from '../models';
import { MOST_SHARED, type Bulk, type BulkAction, type BulkProgress } from '../recordActions';
import { Button } from './Button';
import { ConfirmDialog } from './Dialog';
import type { IconName } from './Icon';
import { Notice } from './Notice';
import { ProgressBar } from './ProgressBar';
import { RefileDialog } from './RefileDialog';
import { TagDialog } from './TagDialog';

export interface BulkBarProps {
  readonly bulk: Bulk;
  readonly chosen: readonly DocumentView[];
  readonly sections: readonly SectionView[];
  /** How many documents are shown, and could be selected. */
  readonly shown: number;
  readonly onAll: () => void;
  readonly onNone: () => void;
}

type Kind = Bulk['may'][number];

const ICONS: Readonly<Record<Kind, IconName>> = {
  file: 'folder',
  tags: 'key',
  mask: 'mask',
  unmask: 'eye',
  share: 'qr',
  download: 'download',
  keep: 'offline',
  remove: 'trash',
};
const ORDER: readonly Kind[] = ['file', 'tags', 'mask', 'unmask', 'share', 'download', 'keep', 'remove'];

export function BulkBar({ bulk, chosen, sections, shown, onAll, onNone }: BulkBarProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Kind | null>(null);
  const count = chosen.length;
  const close = () => setAsking(null);
  const run = (action: BulkAction) => {
    close();
    bulk.onRun(action, chosen);
  };
  const press = (kind: Kind) => {
    if (kind === 'share') bulk.onShare(chosen);
    else if (kind === 'download') run({ kind });
    else setAsking(kind);
  };
  const running = bulk.progress?.state === 'running';
  const offered = ORDER.filter((kind) => bulk.may.includes(kind) && fits(kind, chosen));
  return (
    <section className="bulk" aria-label={t('record.actions')}>
      <div className="row row-between">
        <p role="status">{t('record.selected', { count })}</p>
        {count >= shown ? (
          <Button variant="plain" onPress={onNone}>
            {t('record.selectNone')}
          </Button>
        ) : (
          <Button variant="plain" onPress={onAll}>
            {t('record.selectAll', { count: shown })}
          </Button>
        )}
      </div>
      <div className="row bulk-actions">
        {offered.map((kind) => (
          <Button
            key={kind}
            icon={ICONS[kind]}
            variant={kind === 'remove' ? 'danger' : 'quiet'}
            isDisabled={count === 0 || running || (kind === 'share' && count > MOST_SHARED)}
            onPress={() => press(kind)}
          >
            {t(`record.${kind}`)}
          </Button>
        ))}
      </div>
      {count > MOST_SHARED && bulk.may.includes('share') && (
        <p className="muted small">{t('record.shareLimit')}</p>
      )}
      {bulk.progress && <Progress progress={bulk.progress} onStop={bulk.onStop} onClear={bulk.onClear} />}
      <RefileDialog
        pending={false}
        open={asking === 'file' || asking === 'unmask'}
        unmask={asking === 'unmask'}
        sections={sections.filter((one) => one.kind !== 'masked' && one.kind !== 'inbox')}
        onClose={close}
        onSubmit={(section) => run({ kind: asking === 'unmask' ? 'unmask' : 'file', section })}
      />
      <TagDialog
        pending={false}
        open={asking === 'tags'}
        documents={chosen}
        onClose={close}
        onSubmit={(change) => run({ kind: 'tags', ...change })}
      />
      <ConfirmDialog
        pending={false}
        title={t('record.mask')}
        text={t('record.maskText', { count })}
        open={asking === 'mask'}
        confirm={t('record.mask')}
        onConfirm={() => run({ kind: 'mask' })}
        onClose={close}
      />
      <ConfirmDialog
        pending={false}
        title={t('record.keepTitle')}
        text={
          <>
            {t('record.keepText', { count })} {t('kept.keepText')}
          </>
        }
        open={asking === 'keep'}
        confirm={t('kept.keepConfirm')}
        onConfirm={() => run({ kind: 'keep' })}
        onClose={close}
      />
      <ConfirmDialog
        pending={false}
        title={t('record.removeTitle')}
        text={t('record.removeText', { count })}
        open={asking === 'remove'}
        confirm={t('record.remove')}
        danger
        onConfirm={() => run({ kind: 'remove' })}
        onClose={close}
      />
    </section>
  );
}

/** Masked documents are unmasked rather than filed. */
function fits(kind: Kind, chosen: readonly DocumentView[]): boolean {
  if (kind === 'unmask') return chosen.some((one) => one.masked);
  if (kind === 'file' || kind === 'mask') return chosen.length === 0 || chosen.some((one) => !one.masked);
  return true;
}

interface ProgressProps {
  readonly progress: BulkProgress;
  readonly onStop: () => void;
  readonly onClear: () => void;
}

function Progress({ progress, onStop, onClear }: ProgressProps) {
  const { t } = useTranslation();
  const { kind, done, total, part = 0, failed, state } = progress;
  if (state === 'running') {
    return (
      <div className="upload">
        <div className="upload-main">
          <ProgressBar
            label={t('record.progress', { action: t(`record.running.${kind}`), done, total })}
            value={total === 0 ? undefined : (done + part) / total}
          />
        </div>
        <Button onPress={onStop}>{t('common.cancel')}</Button>
      </div>
    );
  }
  const treated = done - failed.length;
  return (
    <div role="status">
      <Notice tone={failed.length > 0 ? 'warning' : state === 'stopped' ? 'info' : 'success'}>
        <p>
          {state === 'stopped'
            ? t('record.stopped', { done: treated, total })
            : kind === 'keep' && total === 0
              ? t('record.keptAlready')
              : t('record.finished', { count: treated })}
        </p>
        {failed.length > 0 && (
          <>
            <p>{t('record.failed', { count: failed.length })}</p>
            <ul className="bulk-failed">
              {failed.map(({ id, title, error }) => (
                <li key={id}>{t('record.failure', { title, reason: t(`errors.${error}`) })}</li>
              ))}
            </ul>
          </>
        )}
        <div>
          <Button onPress={onClear}>{t('common.close')}</Button>
        </div>
      </Notice>
    </div>
  );
}
