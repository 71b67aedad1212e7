/** Says that some texts are not searched, since they were never read here, and offers to read them. */
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Notice } from './Notice';
import { ProgressBar } from './ProgressBar';

export interface TextsView {
  /** Documents whose text was never read on this device. */
  readonly unread: number;
  readonly reading?: { readonly done: number; readonly total: number } | undefined;
  /** So many could not be opened at the last reading. */
  readonly failed: number;
  readonly onRead: () => void;
  readonly onStop: () => void;
}

export function UnreadTexts({ unread, reading, failed, onRead, onStop }: TextsView) {
  const { t } = useTranslation();
  if (reading !== undefined) {
    return (
      <div className="upload">
        <div className="upload-main">
          <ProgressBar label={t('record.reading', reading)} value={reading.done / reading.total} />
        </div>
        <Button onPress={onStop}>{t('common.cancel')}</Button>
      </div>
    );
  }
  if (unread === 0) return null;
  return (
    <Notice icon="info">
      <p>{t('record.unread', { count: unread })}</p>
      {failed > 0 && <p>{t('record.readFailed', { count: failed })}</p>}
      <p className="muted small">{t('record.readTextsHint')}</p>
      <div>
        <Button onPress={onRead}>{t('record.readTexts')}</Button>
      </div>
    </Notice>
  );
}
