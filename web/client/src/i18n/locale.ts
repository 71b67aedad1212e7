/** Whose way of writing dates and numbers: the reader's country, as the browser tells it, in the app's language. */
import type { Language } from './index';

/** Where the browser names no country for a language. The service is European: days come before months. */
const ELSEWHERE: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' };

const LOCALES = new Map<Language, string>();

/** What Intl takes, e.g. «en-IE» for English in a browser that asks for Irish English. Asked once: it does not change. */
export function localeOf(language: Language): string {
  const known = LOCALES.get(language) ?? localeAmong(language, navigatorLanguages());
  LOCALES.set(language, known);
  return known;
}

/** The first of the wanted ones that is of this language. */
export function localeAmong(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.split('-')[0]?.toLowerCase() === language) ?? ELSEWHERE[language];
}

/** What the browser asks pages for, best first. */
export function navigatorLanguages(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : navigator.languages;
}
