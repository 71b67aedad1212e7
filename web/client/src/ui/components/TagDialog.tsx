/** Gives documents tags, and takes some away: those that any of them has are shown, pressed while they stay. */
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { valuesOf } from '../browsing';
import type { DocumentView, Submission } from '../models';
import { areTags, retagged, tagsIn } from '../recordActions';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { ErrorNotice } from './Notice';
import { TextField } from './TextField';

export interface TagDialogProps extends Submission {
  readonly open: boolean;
  readonly documents: readonly DocumentView[];
  readonly onSubmit: (change: { readonly add: readonly string[]; readonly take: readonly string[] }) => void;
  readonly onClose: () => void;
}

export function TagDialog({ open, documents, onSubmit, onClose, pending, error }: TagDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('record.tagsTitle')} open={open} onClose={onClose}>
      <TagForm documents={documents} onSubmit={onSubmit} onClose={onClose} pending={pending} error={error} />
    </Dialog>
  );
}

function TagForm({ documents, onSubmit, onClose, pending, error }: Omit<TagDialogProps, 'open'>) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [take, setTake] = useState<readonly string[]>([]);
  const known = valuesOf(documents, ({ tags = [] }) => tags);
  const add = tagsIn(text);
  const fits = documents.every(({ tags = [] }) => areTags(retagged(tags, { add, take })));
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) onSubmit({ add, take });
      }}
    >
      {known.length > 0 && (
        <div className="stack-s" role="group" aria-label={t('record.tagsKeep')}>
          <p className="field-label">{t('record.tagsKeep')}</p>
          <div className="row">
            {known.map((tag) => (
              <ToggleButton
                key={tag}
                className="chip"
                isSelected={!take.includes(tag)}
                onChange={(stays) => setTake(stays ? take.filter((one) => one !== tag) : [...take, tag])}
              >
                {tag}
              </ToggleButton>
            ))}
          </div>
        </div>
      )}
      <TextField
        label={t('record.tagsAdd')}
        hint={t('record.tagsHint')}
        value={text}
        onChange={setText}
        error={fits ? undefined : t('record.tagLong')}
      />
      <ErrorNotice error={error} />
      <div className="dialog-actions">
        <Button
          type="submit"
          variant="primary"
          pending={pending}
          isDisabled={!fits || (add.length === 0 && take.length === 0)}
        >
          {t('record.tagsSave')}
        </Button>
        <Button onPress={onClose}>{t('common.cancel')}</Button>
      </div>
    </form>
  );
}
