/** Chooses the section that a document goes to: filing it elsewhere, or taking it out of the masked ones. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectionView, Submission } from '../models';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ErrorNotice } from './Notice';
import { useSectionName } from './SectionName';
import { Select } from './Select';

export interface RefileDialogProps extends Submission {
  readonly open: boolean;
  readonly unmask: boolean;
  readonly sections: readonly SectionView[];
  readonly onSubmit: (section: string) => void;
  readonly onClose: () => void;
}

export function RefileDialog({
  open,
  unmask,
  sections,
  onSubmit,
  onClose,
  pending,
  error,
}: RefileDialogProps) {
  const { t } = useTranslation();
  const nameOf = useSectionName();
  const [section, setSection] = useState<string | null>(null);
  return (
    <Dialog title={unmask ? t('document.unmaskTitle') : t('document.refile')} open={open} onClose={onClose}>
      <p className="muted">{unmask ? t('document.unmaskText') : t('document.refileText')}</p>
      <Select
        label={t('document.section')}
        value={section}
        onChange={setSection}
        options={sections.map((one) => ({ value: one.id, label: nameOf(one) }))}
      />
      <ErrorNotice error={error} />
      <div className="dialog-actions">
        <Button
          variant="primary"
          pending={pending}
          isDisabled={section === null}
          onPress={() => {
            if (section !== null) onSubmit(section);
          }}
        >
          {unmask ? t('document.unmask') : t('document.refileSubmit')}
        </Button>
        <Button onPress={onClose}>{t('common.cancel')}</Button>
      </div>
    </Dialog>
  );
}
