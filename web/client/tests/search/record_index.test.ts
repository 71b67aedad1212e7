import { describe, expect, it } from 'vitest';
import { fold, piecesOf, vocabularyOf } from '../../src/search/fold';
import { RecordIndex, type Searched } from '../../src/search/record_index';

const document = (id: string, given: Partial<Searched>): Searched => ({
  id,
  title: '',
  tags: '',
  author: '',
  type: '',
  section: '',
  file: '',
  date: '',
  ...given,
});

const HEART = document('heart', { title: 'Échographie du cœur', author: 'Dr Lefèvre', tags: 'suivi cardio' });
const KNEE = document('knee', { title: 'IRM du genou', author: 'Dr Okoye', date: '2026-03-02' });
const PILLS = document('pills', { title: 'Ordonnance', author: 'Dr Lefèvre' });

function index(): RecordIndex {
  const made = new RecordIndex();
  made.documents([HEART, KNEE, PILLS]);
  made.addTexts([
    { id: 'pills', words: vocabularyOf('Amoxicilline 500 mg, trois fois par jour. AMOXICILLINE.') },
  ]);
  return made;
}

describe('looking for documents', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['echographie COEUR', ['heart']],
    ['échog', ['heart']],
    ['ecographie', ['heart']],
    ['lefevre', ['pills', 'heart']],
    ['lefevre cardio', ['heart']],
    ['lefevre genou', []],
    ['amoxiciline', ['pills']],
    ['2026-03', ['knee']],
    ['2026-04', []],
    ['irn', []],
  ];
  it.each(cases)('%s', (question, ids) => {
    expect(new Set(index().search(question)?.ids)).toEqual(new Set(ids));
  });

  it('asks nothing without a word', () => {
    expect(index().search(' – ')).toBeUndefined();
  });

  it('puts a title before a text', () => {
    const made = index();
    made.addTexts([{ id: 'knee', words: 'ordonnance' }]);
    expect(made.search('ordonnance')?.ids).toEqual(['pills', 'knee']);
  });

  it('says which hits stand in the text alone', () => {
    expect(index().search('lefevre amox')).toMatchObject({ inText: { pills: ['amoxicilline'] } });
    expect(index().search('echo')?.inText).toEqual({});
    expect(index().search('echo')?.words).toEqual(['echographie']);
  });

  it('follows what changes and forgets what is gone', () => {
    const made = index();
    made.documents([{ ...KNEE, tags: 'sport' }, PILLS]);
    expect(made.search('coeur')?.ids).toEqual([]);
    expect(made.search('sport')?.ids).toEqual(['knee']);
    expect(made.search('amoxicilline')?.ids).toEqual(['pills']);
    made.documents([PILLS]);
    expect(made.search('genou')?.ids).toEqual([]);
  });

  it('takes a text before its document', () => {
    const made = new RecordIndex();
    made.addTexts([{ id: 'heart', words: 'mitrale' }]);
    expect(made.search('mitrale')?.ids).toEqual([]);
    made.documents([HEART]);
    expect(made.search('mitrale')?.ids).toEqual(['heart']);
  });
});

describe('words', () => {
  it('are folded, and each is kept once', () => {
    expect(fold('ŒUF Été ß')).toBe('oeuf ete ss');
    expect(vocabularyOf('À la mer, à LA mère : a b 12')).toBe('la mer mere 12');
    expect(vocabularyOf('x'.repeat(41))).toBe('');
    expect(
      vocabularyOf(Array.from({ length: 30_000 }, (_, one) => `mot${one}`).join(' ')).split(' '),
    ).toHaveLength(20_000);
  });

  it('are marked where they stand, accents and all', () => {
    expect(piecesOf('Échographie du cœur.', new Set(['echographie', 'coeur']))).toEqual([
      { text: 'Échographie', hit: true },
      { text: ' du ', hit: false },
      { text: 'cœur', hit: true },
      { text: '.', hit: false },
    ]);
    expect(piecesOf('', new Set(['a']))).toEqual([]);
  });
});
