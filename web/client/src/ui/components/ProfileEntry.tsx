/** One line of the health profile in a dialog: what, how, since when. The words depend on the list that it is in. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { endsBefore, parsePartialDate, typedPartialDate } from '../partialDate';
import type { ProfileEntryView, ProfileList } from '../profileModels';
import { ChoiceGroup } from './Choice';
import { Dialog } from './Dialog';
import { ProfileActions } from './ProfileActions';
import { TextField } from './TextField';

export interface ProfileEntryProps {
  readonly name: ProfileList;
  /** Absent for a new one. */
  readonly entry: ProfileEntryView | undefined;
  readonly onSubmit: (entry: ProfileEntryView) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

const EMPTY: ProfileEntryView = { label: '', detail: '', note: '', since: '', until: '', past: false };

export function ProfileEntry({ name, entry, onSubmit, onRemove, onClose }: ProfileEntryProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState<ProfileEntryView>(entry === undefined ? EMPTY : typed(entry));
  const [tried, setTried] = useState(false);
  const change = (next: Partial<ProfileEntryView>) => setValues((before) => ({ ...before, ...next }));
  const once = name === 'vaccinations';
  const since = parsePartialDate(values.since);
  const until = values.past && !once ? parsePartialDate(values.until) : '';
  const disordered = since !== undefined && until !== undefined && endsBefore(since, until);
  const missing = values.label.trim() === '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing || since === undefined || until === undefined || disordered) return;
    onSubmit({ ...values, since, until });
  };
  const words = {
    add: t(`profile.add.${name}`),
    label: t(`profile.labels.${name}`),
    detail: t(`profile.details.${name}`),
  };
  const dateError = (day: string | undefined) =>
    tried && day === undefined ? t('profile.dateBad') : undefined;
  return (
    <Dialog title={entry?.label ?? words.add} open onClose={onClose}>
      <form className="stack" noValidate onSubmit={submit}>
        <TextField
          label={words.label}
          value={values.label}
          onChange={(label) => change({ label })}
          error={tried && missing ? t('profile.labelMissing') : undefined}
          maxLength={200}
          autoComplete="off"
          autoFocus
          required
        />
        <TextField
          label={words.detail}
          value={values.detail}
          onChange={(detail) => change({ detail })}
          maxLength={200}
          autoComplete="off"
          optional
        />
        {name === 'allergies' && (
          <ChoiceGroup
            label={t('profile.severity')}
            value={values.severity ?? 'unknown'}
            onChange={(severity) => change({ severity: severity === 'unknown' ? undefined : severity })}
            choices={(['high', 'low', 'unknown'] as const).map((value) => ({
              value,
              label: t(`profile.severities.${value}`),
            }))}
          />
        )}
        {!once && (
          <ChoiceGroup
            label={t('profile.status')}
            value={values.past ? 'past' : 'current'}
            onChange={(value) => change({ past: value === 'past' })}
            choices={(['current', 'past'] as const).map((value) => ({ value, label: t(`profile.${value}`) }))}
          />
        )}
        <TextField
          label={once ? t('profile.onDate') : t('profile.since')}
          value={values.since}
          onChange={(text) => change({ since: text })}
          hint={t('profile.dateHint')}
          error={dateError(since)}
          maxLength={10}
          autoComplete="off"
          optional
        />
        {!once && values.past && (
          <TextField
            label={t('profile.until')}
            value={values.until}
            onChange={(text) => change({ until: text })}
            error={tried && disordered ? t('profile.datesBad') : dateError(until)}
            maxLength={10}
            autoComplete="off"
            optional
          />
        )}
        <TextField
          label={t('profile.note')}
          value={values.note}
          onChange={(note) => change({ note })}
          maxLength={500}
          multiline
          optional
        />
        <ProfileActions onRemove={entry === undefined ? undefined : onRemove} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** With its dates as they are typed. */
function typed(entry: ProfileEntryView): ProfileEntryView {
  return { ...entry, since: typedPartialDate(entry.since), until: typedPartialDate(entry.until) };
}
