/** Every page, in every state of the gallery and in both languages, renders and says nothing untranslated. */
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { Router } from 'wouter';
import { startLanguages } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import { fr } from '../../src/i18n/fr';
import { AppShell } from '../../src/ui/components/AppShell';
import { SAMPLES } from '../../src/ui/gallery/pages';
import type { Language } from '../../src/ui/models';

const nothing = () => undefined;

function leaves(table: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as const]
      : leaves(value as object, `${path}${key}.`),
  );
}

const KEYS = new Set(leaves(fr).map(([key]) => key));

/** What stands between tags, and in attributes. */
function texts(html: string): readonly string[] {
  return html.split(/[<>"]/);
}

beforeAll(() => startLanguages('fr', { en, fr }));

describe.each(['fr', 'en'] as const)('pages in %s', (language: Language) => {
  beforeAll(async () => {
    await i18next.changeLanguage(language);
  });

  it.each(Object.keys(SAMPLES))('%s', (name) => {
    const sample = SAMPLES[name];
    const html = renderToStaticMarkup(
      <Router ssrPath={sample?.path ?? '/'}>
        <AppShell
          account={sample?.account}
          language={language}
          onLanguage={nothing}
          onSignOut={nothing}
          onOpenSettings={nothing}
          path={sample?.path ?? '/'}
        >
          {sample?.page}
        </AppShell>
      </Router>,
    );
    expect(html).toContain(language === 'fr' ? fr.app.skip : en.app.skip);
    expect(texts(html).filter((text) => KEYS.has(text))).toEqual([]);
    expect(html).not.toMatch(/\{\{|\bundefined\b|\[object/);
  });
});

describe('a link of too many documents', () => {
  it.each([
    ['fr', '100 documents au plus'],
    ['en', '100 documents at most'],
  ])('is refused in words in %s', async (language, words) => {
    await i18next.changeLanguage(language);
    const pages = ['share-too-many', 'share-new'].map((name) =>
      renderToStaticMarkup(<Router ssrPath="/share">{SAMPLES[name]?.page}</Router>),
    );
    expect(pages.map((html) => html.includes(words))).toEqual([true, false]);
  });
});

describe('uploads that are all stored', () => {
  it.each([
    ['fr', 'et encore 7 documents, conservés et confirmés'],
    ['en', 'and 7 more documents, stored and confirmed'],
  ])('leave the record in sight in %s', async (language, words) => {
    await i18next.changeLanguage(language);
    const html = renderToStaticMarkup(
      <Router ssrPath="/vault">{SAMPLES['vault-uploads-done']?.page}</Router>,
    );
    expect(html).toContain(words);
    expect(html.match(/upload-main/g)).toHaveLength(3);
  });
});

describe('what a page offers', () => {
  const drawn = async (name: string) => {
    await i18next.changeLanguage('en');
    const sample = SAMPLES[name];
    return renderToStaticMarkup(<Router ssrPath={sample?.path ?? '/'}>{sample?.page}</Router>);
  };
  const times = (html: string, words: string) => html.split(`>${words}<`).length - 1;

  it('is adding and scanning, in an empty vault in one place', async () => {
    const empty = await drawn('vault-empty');
    expect([times(empty, en.vault.chooseFiles), times(empty, en.vault.addLong)]).toEqual([1, 0]);
    expect(times(empty, en.capture.open)).toBe(1);
    const filled = await drawn('vault');
    expect([times(filled, en.vault.chooseFiles), times(filled, en.vault.addLong)]).toEqual([1, 1]);
  });

  it('is no other try where it cannot help: a receipt’s link that is not complete', async () => {
    const html = await drawn('receipt-incomplete');
    expect([times(html, en.receipt.incomplete), times(html, en.common.retry)]).toEqual([1, 0]);
    expect(html).not.toContain(en.errors.link_incomplete);
    expect(times(await drawn('receipt-failed'), en.common.retry)).toBe(1);
  });

  it('is scanning, above a professional’s patients, and a menu; an invitation, where nobody is yet', async () => {
    const html = await drawn('vaults-empty');
    const words = [...html.matchAll(/<(?:button|a)\b[^>]*>.*?<span>(.*?)<\/span>/g)].map(([, text]) => text);
    expect(words).toEqual([en.professional.scan, en.vaults.more, en.vaults.redeem]);
  });
});

describe('messages', () => {
  it('use the same variables in both languages', () => {
    const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
    const english = new Map(leaves(en));
    for (const [key, text] of leaves(fr))
      expect(variables(english.get(key) ?? ''), key).toEqual(variables(text));
  });

  it('are in their own language', () => {
    const french =
      /[àâçèêëîôùûœ«»]|\b(le|la|les|des|une|un|votre|vos|vous|pour|avec|est|et|du|au|sur|dans|par|cette|pas)\b/i;
    const english = /\b(the|your|you|of|and|to|is|are|with|this|not|for|from|by|has|have|was|it|be)\b/i;
    const names = ['app.french'];
    const strays = (table: object, other: RegExp) =>
      leaves(table).filter(([key, text]) => other.test(text) && !names.includes(key));
    expect(strays(en, french)).toEqual([]);
    expect(strays(fr, english)).toEqual([]);
  });

  it('are never empty, and French puts a no-break space before double punctuation', () => {
    for (const [key, text] of [...leaves(fr), ...leaves(en)]) expect(text.trim(), key).not.toBe('');
    for (const [key, text] of leaves(fr)) expect(text, key).not.toMatch(/ [:;?!»]|« |\w'\w/);
  });
});
