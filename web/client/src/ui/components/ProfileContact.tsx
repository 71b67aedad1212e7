/** Somebody to call, in a dialog. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProfileContactView } from '../profileModels';
import { Dialog } from './Dialog';
import { ProfileActions } from './ProfileActions';
import { TextField } from './TextField';

export interface ProfileContactProps {
  /** Absent for a new one. */
  readonly contact: ProfileContactView | undefined;
  readonly onSubmit: (contact: ProfileContactView) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

export function ProfileContact({ contact, onSubmit, onRemove, onClose }: ProfileContactProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState(contact ?? { name: '', relation: '', phone: '' });
  const [tried, setTried] = useState(false);
  const missing = values.name.trim() === '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!missing) onSubmit(values);
  };
  return (
    <Dialog title={contact?.name ?? t('profile.contactAdd')} open onClose={onClose}>
      <form className="stack" noValidate onSubmit={submit}>
        <TextField
          label={t('profile.contactName')}
          value={values.name}
          onChange={(name) => setValues({ ...values, name })}
          error={tried && missing ? t('profile.nameMissing') : undefined}
          maxLength={200}
          autoComplete="off"
          autoFocus
          required
        />
        <TextField
          label={t('profile.relation')}
          value={values.relation}
          onChange={(relation) => setValues({ ...values, relation })}
          hint={t('profile.relationHint')}
          maxLength={100}
          autoComplete="off"
          optional
        />
        <TextField
          label={t('profile.phone')}
          value={values.phone}
          onChange={(phone) => setValues({ ...values, phone })}
          maxLength={50}
          autoComplete="off"
          optional
        />
        <ProfileActions onRemove={contact === undefined ? undefined : onRemove} onClose={onClose} />
      </form>
    </Dialog>
  );
}
