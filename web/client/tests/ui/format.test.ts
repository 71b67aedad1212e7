import { describe, expect, it } from 'vitest';
import { formatDay, formatFingerprint, formatRemaining, formatSize } from '../../src/i18n/format';
import { localeAmong } from '../../src/i18n/locale';

describe('sizes', () => {
  it.each([
    [0, 'fr', '0\u00a0o'],
    [999, 'fr', '999\u00a0o'],
    [482_311, 'fr', '482,3\u00a0ko'],
    [2_400_000, 'en', '2.4\u00a0MB'],
    [5_000_000_000, 'en', '5\u00a0GB'],
    [5_000_000_000_000, 'fr', '5\u202f000\u00a0Go'],
  ] as const)('%d in %s', (bytes, language, text) => {
    expect(formatSize(bytes, language)).toBe(text);
  });
});

describe('days', () => {
  it('never shifts a day written as text', () => {
    expect(formatDay('2026-03-01', 'fr')).toBe('1 mars 2026');
    expect(formatDay('2026-03-01', 'en')).toBe('1 March 2026');
  });

  it('shows what is no date as it is', () => {
    expect(formatDay('n/a', 'fr')).toBe('n/a');
  });
});

describe('the way a country writes', () => {
  it.each([
    ['en', ['fr-FR', 'en-IE', 'en-US'], 'en-IE'],
    ['fr', ['en-US', 'fr-CH'], 'fr-CH'],
    ['en', ['fr-FR', 'fr'], 'en-GB'],
    ['fr', ['fry'], 'fr-FR'],
  ] as const)('%s in a browser that asks for %s', (language, wanted, locale) => {
    expect(localeAmong(language, wanted)).toBe(locale);
  });
});

describe('remaining time', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const after = (seconds: number) => formatRemaining(new Date(now.getTime() + seconds * 1000), now, 'en');

  it('is null once the end has come', () => {
    expect(after(0)).toBeNull();
    expect(after(-5)).toBeNull();
  });

  it('shows the two largest units', () => {
    expect(after(5)).toBe('5 secs');
    expect(after(14 * 60 + 5)).toBe('14 mins 5 secs');
    expect(after(3600)).toBe('1 hr');
    expect(after(26 * 3600)).toBe('1 day 2 hrs');
  });
});

it('cuts a fingerprint in groups of four, spaced or not', () => {
  expect(formatFingerprint('9F3A 07C2E451')).toEqual(['9F3A', '07C2', 'E451']);
});
