/** Dates, durations and sizes in the reader's language, with Intl only. */
import type { Language } from './index';
import { localeOf } from './locale';

/** A day, e.g. «3 mars 2026». Takes a Date or `YYYY-MM-DD` (read as a local day, so that it never shifts). */
export function formatDay(value: Date | string, language: Language): string {
  const date = typeof value === 'string' ? localDay(value) : value;
  if (Number.isNaN(date.getTime())) return typeof value === 'string' ? value : '';
  return formatOf(language, { dateStyle: 'long' }).format(date);
}

/** A month, e.g. «mars 2026». Takes `YYYY-MM`. */
export function formatMonth(value: string, language: Language): string {
  const date = localDay(`${value}-01`);
  return Number.isNaN(date.getTime()) ? value : monthOf(language).format(date);
}

const MONTHS = new Map<Language, Intl.DateTimeFormat>();

function monthOf(language: Language): Intl.DateTimeFormat {
  const known =
    MONTHS.get(language) ?? new Intl.DateTimeFormat(localeOf(language), { month: 'long', year: 'numeric' });
  MONTHS.set(language, known);
  return known;
}

/** Made once for each form: making one takes longer than formatting a list of days. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${language} ${options.dateStyle ?? ''} ${options.timeStyle ?? ''}`;
  const known = FORMATS.get(name) ?? new Intl.DateTimeFormat(localeOf(language), options);
  FORMATS.set(name, known);
  return known;
}

/** A moment, e.g. «3 mars 2026 à 14:05». */
export function formatMoment(value: Date, language: Language): string {
  return formatOf(language, { dateStyle: 'long', timeStyle: 'short' }).format(value);
}

export function formatTime(value: Date, language: Language): string {
  return formatOf(language, { timeStyle: 'short' }).format(value);
}

const NUMBERS = new Map<string, Intl.NumberFormat>();

function numberOf(language: Language, digits: number): Intl.NumberFormat {
  const name = `${language} ${digits}`;
  const known =
    NUMBERS.get(name) ?? new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: digits });
  NUMBERS.set(name, known);
  return known;
}

/** A size in decimal units, as phones and stores show it: «1,4 Mo». */
export function formatSize(bytes: number, language: Language): string {
  const units = language === 'fr' ? ['o', 'ko', 'Mo', 'Go'] : ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const digits = power === 0 ? 0 : 1;
  const number = numberOf(language, digits).format(bytes / 1000 ** power);
  return `${number}\u00a0${units[power] ?? ''}`;
}

/** A whole number: «1 024». */
export function formatCount(count: number, language: Language): string {
  return numberOf(language, 0).format(count);
}

/** A part of a whole from 0 to 1: «42 %». */
export function formatPercent(part: number, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), { style: 'percent' }).format(part);
}

/** What is left until `end`, in its largest two units: «1 h 12 min», «14 min 05 s»; `null` once passed. */
export function formatRemaining(end: Date, now: Date, language: Language): string | null {
  const seconds = Math.floor((end.getTime() - now.getTime()) / 1000);
  if (seconds <= 0) return null;
  const unit = (value: number, name: 'day' | 'hour' | 'minute' | 'second') =>
    new Intl.NumberFormat(localeOf(language), { style: 'unit', unit: name, unitDisplay: 'short' }).format(
      value,
    );
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return hours > 0 ? `${unit(days, 'day')} ${unit(hours, 'hour')}` : unit(days, 'day');
  if (hours > 0)
    return minutes > 0 ? `${unit(hours, 'hour')} ${unit(minutes, 'minute')}` : unit(hours, 'hour');
  if (minutes > 0) return `${unit(minutes, 'minute')} ${unit(seconds % 60, 'second')}`;
  return unit(seconds, 'second');
}

/** About so many seconds, in one unit: «3 min», «20 s». */
export function formatAbout(seconds: number, language: Language): string {
  const [value, unit] =
    seconds >= 7200
      ? [seconds / 3600, 'hour']
      : seconds >= 60
        ? [seconds / 60, 'minute']
        : [seconds, 'second'];
  return new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, maximumFractionDigits: 0 }).format(
    value,
  );
}

/** Groups of four, as a fingerprint is read aloud. */
export function formatFingerprint(fingerprint: string): readonly string[] {
  return fingerprint.replace(/\s/g, '').match(/.{1,4}/g) ?? [];
}

function localDay(text: string): Date {
  const [year, month, day] = text.split('-').map(Number);
  return new Date(year ?? Number.NaN, (month ?? 1) - 1, day ?? 1);
}
