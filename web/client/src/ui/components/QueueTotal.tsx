/** All uploads together: one bar, speed, time left, what may be done with all of them, and what a screen reader hears. */
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatAbout, formatPercent, formatSize } from '../../i18n/format';
import { leftOf, type UploadTotals } from '../uploadTotals';
import type { UploadState } from '../models';
import { useLanguage } from '../useLanguage';
import { PlatformButton } from './Button';
import { ConfirmDialog } from './Dialog';
import { ProgressBar } from './ProgressBar';

export interface AllActions {
  readonly onPauseAll: () => void;
  readonly onGoOnAll: () => void;
  readonly onRetryAll: () => void;
  readonly onCancelAll: () => void;
}

export interface QueueTotalProps extends AllActions {
  readonly totals: UploadTotals;
  /** Bytes a second. */
  readonly speed?: number | undefined;
  readonly has: (state: readonly UploadState[]) => boolean;
}

export function QueueTotal({ totals, speed, has, ...actions }: QueueTotalProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { count, done, failed, sent, size, state } = totals;
  const left = leftOf(totals, speed);
  const values = {
    sent: formatSize(sent, language),
    size: formatSize(size, language),
    speed: formatSize(speed ?? 0, language),
    left: left === undefined ? '' : formatAbout(left, language),
  };
  const moving = state === 'moving' && speed !== undefined;
  const line = state === 'offline' ? 'offline' : !moving ? 'bytes' : left === undefined ? 'speed' : 'left';
  return (
    <div className="queue-total">
      <ProgressBar
        label={t('queue.total', { done, count })}
        value={sent / Math.max(1, size)}
        text={t(`queue.${line}`, values)}
      />
      <AllButtons
        {...actions}
        pausable={has(['waiting', 'sealing', 'sending', 'offline'])}
        paused={has(['paused'])}
        failed={failed}
      />
    </div>
  );
}

interface AllButtonsProps extends AllActions {
  readonly pausable: boolean;
  readonly paused: boolean;
  readonly failed: number;
}

/** Not drawn anew with each byte. */
const AllButtons = memo(function AllButtons({ pausable, paused, failed, ...actions }: AllButtonsProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className="row">
        {pausable && (
          <PlatformButton icon="pause" onPress={actions.onPauseAll}>
            {t('queue.pauseAll')}
          </PlatformButton>
        )}
        {paused && (
          <PlatformButton icon="play" onPress={actions.onGoOnAll}>
            {t('queue.goOnAll')}
          </PlatformButton>
        )}
        {failed > 0 && (
          <PlatformButton icon="retry" onPress={actions.onRetryAll}>
            {t('queue.retryAll', { count: failed })}
          </PlatformButton>
        )}
        <PlatformButton icon="close" onPress={() => setAsking(true)}>
          {t('queue.cancelAll')}
        </PlatformButton>
      </div>
      {asking && (
        <ConfirmDialog
          open
          title={t('queue.cancelAllTitle')}
          text={t('queue.cancelAllText')}
          confirm={t('queue.cancelAll')}
          danger
          pending={false}
          onConfirm={() => {
            setAsking(false);
            actions.onCancelAll();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
});

/** Said at every quarter, at the end, and when the network is gone: not at every percent. */
export function QueueSaid({ totals }: { readonly totals: UploadTotals }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, sent, size, count } = totals;
  const quarter = Math.floor((4 * sent) / Math.max(1, size)) / 4;
  const part =
    quarter > 0 && quarter < 1 ? t('queue.saidPart', { part: formatPercent(quarter, language) }) : '';
  const over = count > 0 && state === 'over';
  return (
    <p role="status" className="visually-hidden">
      {over ? t('queue.saidOver') : state === 'offline' ? t('queue.saidOffline') : part}
    </p>
  );
}
