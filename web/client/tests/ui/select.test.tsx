/** A list of 101 types stands in each chosen file's form: it is not built before somebody comes near. */
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLanguages } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import { fr } from '../../src/i18n/fr';
import { TypeSelect } from '../../src/ui/components/TypeSelect';

beforeAll(() => startLanguages('en', { en, fr }));

describe('a choice among the document types', () => {
  it.each([
    ['of a consultation report', '11488-4', 'Consultation or visit report'],
    ['of none', undefined, 'No type'],
  ])('%s says what is chosen, and builds nothing else', async (_, code, words) => {
    await i18next.changeLanguage('en');
    const html = renderToStaticMarkup(<TypeSelect value={code} onChange={() => undefined} />);
    const options = html.match(/<option [^>]*value="[^"]+"/g) ?? [];
    expect(options).toHaveLength(1);
    expect(html).toContain(words);
  });
});
