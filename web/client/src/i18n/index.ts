/**
 * Languages of the app: French first, English complete.
 *
 * The language comes from the one saved in this browser, else from the browser's own list, else French.
 * Each language is a script of its own: the first view loads the one that is read. Owns `<html lang>`; knows nothing of pages.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Messages } from './fr';
import { navigatorLanguages } from './locale';

export type Language = 'fr' | 'en';
export const LANGUAGES: readonly Language[] = ['fr', 'en'];
const STORED = 'coffre.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: { app: Messages };
    returnNull: false;
  }
}

/** The messages of a language. */
export async function messagesOf(language: Language): Promise<Messages> {
  return language === 'en' ? (await import('./en')).en : (await import('./fr')).fr;
}

/** Starts i18next with the messages at hand, those of `language` among them. Call once, before the first render. */
export function startLanguages(
  language: Language,
  messages: Readonly<Partial<Record<Language, Messages>>>,
): void {
  const resources = Object.fromEntries(LANGUAGES.map((one) => [one, { app: messages[one] ?? {} }]));
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: [...LANGUAGES],
    supportedLngs: LANGUAGES,
    defaultNS: 'app',
    ns: ['app'],
    resources,
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
    initAsync: false,
  });
  markDocument(language);
}

/** Fetches the languages that are not read here, for sheets that others read: they are printed in each. */
export async function fetchOtherLanguages(): Promise<void> {
  for (const language of LANGUAGES.filter((one) => one !== currentLanguage())) {
    i18next.addResourceBundle(language, 'app', await messagesOf(language));
  }
}

/** Changes the language, and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage may be forbidden (private window): the choice then lasts for this page.
  }
  i18next.addResourceBundle(language, 'app', await messagesOf(language));
  await i18next.changeLanguage(language);
  markDocument(language);
}

export function currentLanguage(): Language {
  return i18next.resolvedLanguage === 'en' ? 'en' : 'fr';
}

export function preferredLanguage(): Language {
  const known = (tag: string | null): Language | undefined => {
    const base = tag?.slice(0, 2).toLowerCase();
    return LANGUAGES.find((language) => language === base);
  };
  return (
    known(storedLanguage()) ??
    navigatorLanguages()
      .map(known)
      .find((one) => one !== undefined) ??
    'fr'
  );
}

function storedLanguage(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function markDocument(language: Language): void {
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}
