/** Dates of which only the year or the month may be known: typed as people write them, kept as YYYY, YYYY-MM or YYYY-MM-DD. */
import { localeOf } from '../i18n/locale';
import type { Language } from './models';

const WRITTEN = [
  /^(?<year>\d{4})(?:-(?<month>\d{1,2})(?:-(?<day>\d{1,2}))?)?$/,
  /^(?:(?:(?<day>\d{1,2})[/. ])?(?<month>\d{1,2})[/. ])?(?<year>\d{4})$/,
];

/** What was typed, in the form that is kept; `undefined` for no date that exists. Empty stays empty. */
export function parsePartialDate(typed: string): string | undefined {
  const text = typed.trim();
  if (text === '') return '';
  const groups = WRITTEN.map((form) => form.exec(text)?.groups).find(Boolean);
  if (groups === undefined) return undefined;
  const { year = '', month, day } = groups as { year?: string; month?: string; day?: string };
  if (Number(year) < 1800 || Number(year) > 2199) return undefined;
  const parts = [year, month, day].filter((part) => part !== undefined).map((part) => part.padStart(2, '0'));
  const iso = parts.join('-');
  const whole = new Date(`${[...parts, '01', '01'].slice(0, 3).join('-')}T00:00:00Z`);
  const exists = !Number.isNaN(whole.getTime()) && whole.toISOString().startsWith(iso);
  return exists ? iso : undefined;
}

/** A date that is kept, as people write it and `parsePartialDate` reads it again: 14/06/2019. */
export function typedPartialDate(date: string): string {
  return date.split('-').reverse().join('/');
}

/** Whether the end comes before the beginning, by what both say. */
export function endsBefore(since: string, until: string): boolean {
  const shared = Math.min(since.length, until.length);
  return shared > 0 && until.slice(0, shared) < since.slice(0, shared);
}

/** «2019», «juin 2019», «14 juin 2019»; longer moments by their day, anything else as it is. */
export function formatPartialDate(date: string, language: Language): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T.*)?)?)?$/.exec(date) ?? [];
  if (year === undefined || month === undefined) return date;
  const moment = new Date(Number(year), Number(month) - 1, Number(day ?? '1'));
  if (Number.isNaN(moment.getTime())) return date;
  const form: Intl.DateTimeFormatOptions =
    day === undefined ? { year: 'numeric', month: 'long' } : { dateStyle: 'long' };
  return new Intl.DateTimeFormat(localeOf(language), form).format(moment);
}
