/** A password that is too long is told where it is typed, by the same count as the key derivation's. */
import i18next from 'i18next';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_CHARACTERS } from '../../src/crypto/passwords.ts';
import { startLanguages } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import { fr } from '../../src/i18n/fr';
import { PasswordField } from '../../src/ui/components/PasswordField';
import { isPassword, isTooLong, LONGEST_PASSWORD } from '../../src/ui/passwordLimit';

beforeAll(() => startLanguages('en', { en, fr }));

const nothing = () => undefined;

describe('a long password', () => {
  it('is counted in code points after NFKC', () => {
    expect(LONGEST_PASSWORD).toBe(MAX_CHARACTERS);
    expect(isTooLong('🙂'.repeat(1024))).toBe(false);
    expect(isTooLong('🙂'.repeat(1025))).toBe(true);
    // One letter with its accent apart; one sign of four letters.
    expect(isTooLong('e\u0301'.repeat(1024))).toBe(false);
    expect(isTooLong('㍿'.repeat(257))).toBe(true);
    expect(['', 'x', 'x'.repeat(1025)].map(isPassword)).toEqual([false, true, false]);
  });

  it.each([
    ['en', 'A password has 1,024 characters at most.'],
    ['fr', 'Un mot de passe compte au plus 1\u202f024 caractères.'],
  ])('is told in %s', async (language, words) => {
    await i18next.changeLanguage(language);
    const shown = [1024, 1025].map((length) => {
      const field = { label: 'p', value: 'x'.repeat(length), onChange: nothing } as const;
      return renderToStaticMarkup(<PasswordField {...field} autoComplete="current-password" />);
    });
    expect(shown.map((html) => html.includes(words))).toEqual([false, true]);
  });
});
