/** What a DICOM file says about itself, in plain words: a choice of tags, in the order in which people ask. Pure. */
import type { Words } from '../words';
import type { DicomFile } from './parse';

export interface Fact {
  readonly term: string;
  readonly text: string;
}

/** The table's rows; what the file does not say is left out. */
export function factsOf(file: DicomFile, lang: Words, locale: string): readonly Fact[] {
  return Object.entries(lang.dicom).flatMap(([tag, term]) => {
    const texts = file.texts(tag).filter((text) => text !== '');
    if (texts.length === 0) return [];
    return [{ term, text: texts.map((text) => worded(tag, text, lang, locale)).join(' × ') }];
  });
}

const DATES: readonly string[] = ['00100030', '00080020'];
const TIMES: readonly string[] = ['00080030'];
const NAMES: readonly string[] = ['00100010', '00080090', '00081050'];

function worded(tag: string, text: string, lang: Words, locale: string): string {
  if (DATES.includes(tag)) return dateOf(text, locale);
  if (TIMES.includes(tag)) return /^\d{4}/.test(text) ? `${text.slice(0, 2)}:${text.slice(2, 4)}` : text;
  if (NAMES.includes(tag)) return nameOf(text);
  if (tag === '00100040') return lang.cda.genders[text] ?? text;
  if (tag === '00101010') return text.replace(/^0+(?=\d)/, '');
  return text;
}

/** `YYYYMMDD`, else as it stands. */
function dateOf(text: string, locale: string): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return text;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number.isNaN(date.getTime())) return text;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}

/** Family, given and middle names between carets; the alphabetic form stands before the first `=`. */
function nameOf(text: string): string {
  const [alphabetic = ''] = text.split('=');
  const [family = '', given = '', middle = '', prefix = ''] = alphabetic.split('^');
  return [prefix, given, middle, family].filter((part) => part.trim() !== '').join(' ');
}
