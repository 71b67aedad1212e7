/** A scope in plain words, before anything is given: who may do what with which sections. */
import { useTranslation } from 'react-i18next';
import type { Right, SectionView } from '../models';
import { useLanguage } from '../useLanguage';
import { Notice } from './Notice';
import { useSectionName } from './SectionName';

export interface ScopeWordsProps {
  /** Name or profession; absent while nobody is known. */
  readonly who?: string | undefined;
  readonly sections: readonly SectionView[];
  /** Titles of single documents, in place of sections. */
  readonly documents?: readonly string[];
  readonly rights: readonly Right[];
}

export function ScopeWords({ who, sections, documents = [], rights }: ScopeWordsProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useSectionName();
  const lists = new Intl.ListFormat(language);
  const name = who ?? t('scope.someone');
  if (documents.length > 0) {
    return (
      <Notice icon="eye">
        <p>{t('named.plain', { who: name, documents: lists.format(documents) })}</p>
      </Notice>
    );
  }
  if (sections.length === 0 || rights.length === 0) return null;
  const both = rights.length === 2;
  const verb = both
    ? t('scope.plainBoth')
    : rights[0] === 'read'
      ? t('scope.plainRead')
      : t('scope.plainAdd');
  const list = lists.format(sections.map(nameOf));
  return (
    <Notice icon="eye">
      <p>{t('scope.plain', { who: name, rights: verb, sections: list })}</p>
    </Notice>
  );
}
