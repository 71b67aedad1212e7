/** A QR code on a bright white screen that stays on: what a camera reads best from a telephone held out. */
import { useEffect } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { QrCode } from './QrCode';

export interface QrFullScreenProps {
  readonly text: string;
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function QrFullScreen({ text, title, open, onClose }: QrFullScreenProps) {
  const { t } = useTranslation();
  useScreenThatStaysOn(open);
  return (
    <ModalOverlay
      className="qr-full"
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable
    >
      <Modal className="qr-full-modal">
        <AriaDialog className="qr-full-dialog" aria-label={t('shareMore.fullScreenTitle')}>
          <p>{title}</p>
          <QrCode text={text} label={t('common.qr')} />
          <Button icon="close" wide onPress={onClose}>
            {t('common.close')}
          </Button>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Where the browser can: brightness itself is out of a page's reach, a white screen that does not dim is what it can do. */
function useScreenThatStaysOn(wanted: boolean): void {
  useEffect(() => {
    const lock = (navigator as { readonly wakeLock?: WakeLock }).wakeLock;
    if (!wanted || lock === undefined) return undefined;
    let held: WakeLockSentinel | undefined;
    let over = false;
    lock.request('screen').then(
      (sentinel) => {
        held = sentinel;
        if (over) void sentinel.release();
      },
      () => undefined,
    );
    return () => {
      over = true;
      void held?.release();
    };
  }, [wanted]);
}
