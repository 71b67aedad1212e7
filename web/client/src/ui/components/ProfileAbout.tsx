/** Who the patient is, as far as a summary says it: date of birth, sex, blood group. In a dialog. */
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { parsePartialDate, typedPartialDate } from '../partialDate';
import { BLOOD_GROUPS, type BloodGroup, type Gender, type ProfileView } from '../profileModels';
import { Button } from './Button';
import { ChoiceGroup } from './Choice';
import { Dialog } from './Dialog';
import { Select } from './Select';
import { TextField } from './TextField';

export interface ProfileAboutProps {
  readonly profile: ProfileView;
  readonly onSubmit: (change: Pick<ProfileView, 'birthDate' | 'bloodGroup' | 'gender'>) => void;
  readonly onClose: () => void;
}

export function ProfileAbout({ profile, onSubmit, onClose }: ProfileAboutProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(typedPartialDate(profile.birthDate));
  const [gender, setGender] = useState<Gender | 'none'>(profile.gender ?? 'none');
  const [group, setGroup] = useState<BloodGroup | 'none'>(profile.bloodGroup ?? 'none');
  const [tried, setTried] = useState(false);
  const birthDate = parsePartialDate(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (birthDate === undefined) return;
    onSubmit({
      birthDate,
      bloodGroup: group === 'none' ? undefined : group,
      gender: gender === 'none' ? undefined : gender,
    });
  };
  return (
    <Dialog title={t('profile.about')} open onClose={onClose}>
      <form className="stack" noValidate onSubmit={submit}>
        <TextField
          label={t('profile.birthDate')}
          value={typed}
          onChange={setTyped}
          hint={t('profile.dateHint')}
          error={tried && birthDate === undefined ? t('profile.dateBad') : undefined}
          maxLength={10}
          autoComplete="bday"
          autoFocus
          optional
        />
        <ChoiceGroup
          label={t('profile.gender')}
          value={gender}
          onChange={setGender}
          choices={(['female', 'male', 'other', 'none'] as const).map((value) => ({
            value,
            label: t(`profile.genders.${value}`),
          }))}
        />
        <Select
          label={t('profile.bloodGroup')}
          value={group}
          onChange={setGroup}
          hint={t('profile.bloodGroupHint')}
          options={[
            { value: 'none', label: t('profile.noBloodGroup') },
            ...BLOOD_GROUPS.map((value) => ({ value, label: value })),
          ]}
        />
        <div className="dialog-actions">
          <Button type="submit" variant="primary">
            {t('common.save')}
          </Button>
          <Button onPress={onClose}>{t('common.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
