/** Scans the code that a patient shows, from the list of patients. What it is for, the wiring finds out. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Notice } from './Notice';
import { QrScanner } from './QrScanner';

/** Says whether a text was one that leads somewhere. */
export type OnScanned = (text: string) => boolean;

export function ScanPatient({ onScanned }: { readonly onScanned: OnScanned }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [unknown, setUnknown] = useState(false);
  const close = () => {
    setOpen(false);
    setUnknown(false);
  };
  return (
    <>
      <Button variant="primary" icon="scan" onPress={() => setOpen(true)}>
        {t('professional.scan')}
      </Button>
      <Dialog title={t('professional.scan')} open={open} onClose={close}>
        <div className="stack">
          <p>{t('professional.scanText')}</p>
          {unknown && (
            <Notice tone="warning">
              <p>{t('professional.scanUnknown')}</p>
            </Notice>
          )}
          <QrScanner onText={(text) => setUnknown(!onScanned(text))} />
        </div>
      </Dialog>
    </>
  );
}
