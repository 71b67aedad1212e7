/** The language that is shown now; components that format dates or sizes follow it. */
import { useTranslation } from 'react-i18next';
import type { Language } from './models';

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.resolvedLanguage === 'en' ? 'en' : 'fr';
}
