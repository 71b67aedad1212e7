/** A modal: centred on large screens, a sheet from the bottom on phones. Focus and Escape are React Aria's. */
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './Button';
import { ErrorNotice } from './Notice';
import type { Submission } from '../models';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  readonly alert?: boolean;
}

export function Dialog({ title, open, onClose, children, wide = false, alert = false }: DialogProps) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      className="scrim"
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable={!alert}
    >
      <Modal className={wide ? 'modal modal-wide' : 'modal'}>
        <AriaDialog className="dialog" role={alert ? 'alertdialog' : 'dialog'}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon="close" label={t('common.close')} onPress={onClose} />
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmDialogProps extends Submission {
  readonly title: string;
  readonly text: ReactNode;
  readonly open: boolean;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot simply be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, text, open, confirm, danger = false, pending, error, onConfirm, onClose } = props;
  const { t } = useTranslation();
  return (
    <Dialog title={title} open={open} onClose={onClose} alert>
      <p>{text}</p>
      <ErrorNotice error={error} />
      <div className="dialog-actions">
        <Button variant={danger ? 'danger' : 'primary'} pending={pending} onPress={onConfirm}>
          {confirm}
        </Button>
        <Button onPress={onClose}>{t('common.cancel')}</Button>
      </div>
    </Dialog>
  );
}
