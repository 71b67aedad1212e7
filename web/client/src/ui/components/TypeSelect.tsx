/** The 101 document types, under the plain words that patients file under. */
import { useTranslation } from 'react-i18next';
import { documentTypeLabel, PLAIN_CLASSES, typesOf } from '../documentTypes';
import { useLanguage } from '../useLanguage';
import { Select } from './Select';

const NONE = 'none';

export interface TypeSelectProps {
  readonly value: string | undefined;
  readonly onChange: (code: string | undefined) => void;
}

export function TypeSelect({ value, onChange }: TypeSelectProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const none = { value: NONE, label: t('add.noType') };
  const option = (code: string) => {
    const label = documentTypeLabel(code, language);
    return { value: code, label: label.text, lang: label.lang };
  };
  return (
    <Select
      label={t('add.type')}
      optional
      value={value ?? NONE}
      onChange={(code) => onChange(code === NONE ? undefined : code)}
      options={[none]}
      chosen={value === undefined ? none : option(value)}
      groups={() =>
        PLAIN_CLASSES.map((section) => ({
          label: t(`sections.${section}`),
          options: typesOf(section).map(({ code }) => option(code)),
        }))
      }
    />
  );
}
