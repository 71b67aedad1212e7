/** A list of 101 types stands in each chosen file's form: it is not built before somebody comes near. */
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLanguages } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import { fr } from '../../src/i18n/fr';
import { Select } from '../../src/ui/components/Select';
import { TypeSelect } from '../../src/ui/components/TypeSelect';

beforeAll(() => startLanguages('en', { en, fr }));

describe('a choice among the document types', () => {
  it.each([
    ['of a consultation report', '11488-4', 'Consultation or visit report'],
    ['of none', undefined, 'No type'],
  ])('%s says what is chosen, and builds nothing else', async (_, code, words) => {
    await i18next.changeLanguage('en');
    const html = renderToStaticMarkup(<TypeSelect value={code} onChange={() => undefined} />);
    expect(html).not.toContain('<option');
    expect(html).toContain(words);
  });

  it('that is not made yet, or of what is gone, builds all: an empty list would not open', () => {
    const options = ['a', 'b', 'c'].map((value) => ({ value, label: value }));
    const count = [null, 'gone', 'b'].map((value) => {
      const html = renderToStaticMarkup(
        <Select label="s" value={value} onChange={() => undefined} options={options} />,
      );
      return (html.match(/<option [^>]*value="[^"]+"/g) ?? []).length;
    });
    expect(count).toEqual([3, 3, 0]);
  });
});
