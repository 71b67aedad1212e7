import { describe, expect, it } from 'vitest';
import { addDays, dayOf, oneYearAfter } from '../../src/ui/day';
import { isEmail } from '../../src/ui/email';
import { isRpps } from '../../src/ui/rpps';
import { isWrongNumber } from '../../src/ui/shareLimits';
import { matches, sortDocuments } from '../../src/ui/search';
import { DOCUMENTS } from '../../src/ui/gallery/samples';

describe('RPPS', () => {
  it('accepts eleven digits with a valid Luhn sum, spaces allowed', () => {
    const valid = withLuhn('1000123456');
    expect(isRpps(valid)).toBe(true);
    expect(isRpps(valid.replace(/(\d{4})/g, '$1 '))).toBe(true);
  });

  it('refuses another length, letters and a wrong last digit', () => {
    const valid = withLuhn('1000123456');
    const wrong = valid.slice(0, 10) + String((Number(valid[10]) + 1) % 10);
    for (const text of [wrong, valid.slice(1), `${valid}0`, 'abcdefghijk', ''])
      expect(isRpps(text)).toBe(false);
  });
});

describe('addresses', () => {
  it.each(['a@b.fr', ' claire.delmas@exemple.fr '])('accepts %j', (text) => expect(isEmail(text)).toBe(true));
  it.each(['', 'a@b', '@b.fr', 'a@b@c.fr', 'a b@c.fr', 'é@b.fr', `${'a'.repeat(250)}@b.fr`])(
    'refuses %j',
    (text) => expect(isEmail(text)).toBe(false),
  );
});

describe('days', () => {
  it('gives one year, and the last of February after the 29th', () => {
    expect(dayOf(oneYearAfter(new Date(2026, 10, 22)))).toBe('2027-11-22');
    expect(dayOf(oneYearAfter(new Date(2028, 1, 29)))).toBe('2029-02-28');
  });

  it('counts days across months', () => {
    expect(dayOf(addDays(new Date(2026, 11, 31), 1))).toBe('2027-01-01');
  });
});

describe('search and sort', () => {
  it('ignores accents and case, and wants every word', () => {
    expect(matches('echo genou', ['IRM du genou', 'Écho'])).toBe(true);
    expect(matches('genou droit', ['IRM du genou gauche'])).toBe(false);
    expect(matches('', ['anything'])).toBe(true);
  });

  it('sorts by date and by title in the reader’s alphabet', () => {
    const titles = (sort: 'newest' | 'oldest' | 'title') =>
      sortDocuments(DOCUMENTS, sort, 'fr').map((one) => one.title);
    expect(titles('newest')[0]).toBe('Courrier de l’hôpital');
    expect(titles('oldest')[0]).toBe('Carnet de vaccination');
    expect(titles('title')[0]).toBe('Bilan sanguin complet');
  });
});

function luhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + Math.floor(value / 10) + (value % 10);
  }, 0);
  return sum % 10 === 0;
}

function withLuhn(start: string): string {
  const last = [...'0123456789'].find((digit) => luhn(start + digit));
  return start + (last ?? '');
}

describe('documents of a link', () => {
  it('are one to a hundred', () => {
    expect([0, 1, 100, 101].map(isWrongNumber)).toEqual([true, false, false, true]);
  });
});
