import { describe, expect, it } from 'vitest';
import { endsBefore, formatPartialDate, parsePartialDate, typedPartialDate } from '../../src/ui/partialDate';

describe('dates of which a part is known', () => {
  it.each([
    ['', ''],
    ['2019', '2019'],
    [' 2019-6 ', '2019-06'],
    ['06/2019', '2019-06'],
    ['14/06/2019', '2019-06-14'],
    ['14.6.2019', '2019-06-14'],
    ['29/02/2020', '2020-02-29'],
  ])('takes %j', (typed, kept) => expect(parsePartialDate(typed)).toBe(kept));

  it.each([
    '29/02/2019',
    '31/04/2020',
    '2019-13',
    '00/2019',
    '1799',
    '2200',
    '19',
    'juin 2019',
    '2019-06-14T10',
  ])('refuses %j', (typed) => expect(parsePartialDate(typed)).toBeUndefined());

  it.each(['', '2019', '2019-06', '2019-06-14'])('gives %j to edit, and takes it back', (kept) => {
    expect(parsePartialDate(typedPartialDate(kept))).toBe(kept);
    expect(typedPartialDate('2019-06-14')).toBe('14/06/2019');
  });

  it('writes them in the reader’s language, and leaves what is no date', () => {
    expect(formatPartialDate('2019', 'fr')).toBe('2019');
    expect(formatPartialDate('2019-06', 'fr')).toBe('juin 2019');
    expect(formatPartialDate('2019-06-14T23:59:00Z', 'en')).toBe('14 June 2019');
    expect(formatPartialDate('Date inconnue', 'fr')).toBe('Date inconnue');
  });

  it('compares what both say', () => {
    expect(endsBefore('2020-05', '2019')).toBe(true);
    expect(endsBefore('2020-05', '2020')).toBe(false);
    expect(endsBefore('', '2020')).toBe(false);
  });
});
