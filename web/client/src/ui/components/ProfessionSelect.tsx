/** Whom a grant is for: a profession, which proposes a scope; or somebody who can be given none, with the reason. */
import { useTranslation } from 'react-i18next';
import { PROFESSION_CODES, type ProfessionCode } from '../models';
import { NOT_GRANTABLE, SCOPE_VERSION } from '../scopes';
import { useLanguage } from '../useLanguage';
import { Notice } from './Notice';
import { Select } from './Select';

export type Audience = ProfessionCode | 'unknown' | `no:${string}`;

export interface ProfessionSelectProps {
  readonly value: Audience;
  readonly onChange: (value: Audience) => void;
}

/** The profession that was chosen, if it is one. */
export function professionOf(audience: Audience): ProfessionCode | undefined {
  return PROFESSION_CODES.find((code) => code === audience);
}

/** Whether nobody may give access to whom was chosen. */
export function isRefused(audience: Audience): boolean {
  return audience.startsWith('no:');
}

export function ProfessionSelect({ value, onChange }: ProfessionSelectProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const refused = NOT_GRANTABLE.find(({ kind }) => value === `no:${kind}`);
  return (
    <div className="stack-s">
      <Select<Audience>
        label={t('scope.who')}
        value={value}
        onChange={onChange}
        hint={`${t('scope.whoHint')} ${t('scope.source', { version: SCOPE_VERSION })}`}
        options={[
          { value: 'unknown', label: t('scope.unknown') },
          ...PROFESSION_CODES.map((code) => ({ value: code, label: t(`professions.${code}`) })),
          ...NOT_GRANTABLE.map(({ kind, label }) => ({
            value: `no:${kind}` as const,
            label: `${label[language]} (${t('scope.notGrantable').toLowerCase()})`,
          })),
        ]}
      />
      {refused && (
        <Notice tone="warning" icon="shield">
          <p>{refused.why[language]}</p>
        </Notice>
      )}
    </div>
  );
}
