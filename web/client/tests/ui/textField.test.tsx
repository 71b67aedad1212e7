/** A field tells a screen reader what its label, hint and error tell everybody. */
import { renderToStaticMarkup } from 'react-dom/server';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLanguages } from '../../src/i18n';
import { en } from '../../src/i18n/en';
import { fr } from '../../src/i18n/fr';
import { TextField, type TextFieldProps } from '../../src/ui/components/TextField';

beforeAll(async () => {
  startLanguages('en', { en, fr });
  await i18next.changeLanguage('en');
});

function drawn(props: Partial<TextFieldProps>) {
  const html = renderToStaticMarkup(
    <TextField label="Title" value="Scan" onChange={() => undefined} {...props} />,
  );
  const [, field = ''] = /<((?:input|textarea)[^>]*)>/.exec(html) ?? [];
  const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(field)?.[1];
  const text = (id: string) => new RegExp(`id="${id}"[^>]*>(.*?)</span>`).exec(html)?.[1];
  const described = of('aria-describedby')?.split(' ').map(text);
  return { html, of, described };
}

describe('a field', () => {
  it('is named by its label, and described by nothing', () => {
    const { html, of, described } = drawn({});
    expect(html).toContain(`<label for="${of('id') ?? ''}"`);
    expect(described).toBeUndefined();
    expect([of('aria-invalid'), of('aria-required'), of('type')]).toEqual([undefined, undefined, 'text']);
  });

  it.each([false, true])('is described by its hint, then its error (of several lines: %s)', (multiline) => {
    const { of, described } = drawn({ hint: 'In words.', error: 'Too long.', required: true, multiline });
    expect(described?.[0]).toBe('In words.');
    expect(described?.[1]).toContain('<svg');
    expect(described?.[1]).toContain('Too long.');
    expect([of('aria-invalid'), of('aria-required')]).toEqual(['true', 'true']);
  });

  it('hands on what a browser is to know of it', () => {
    const { of } = drawn({ type: 'date', max: '2026-11-23', maxLength: 9, autoComplete: 'bday' });
    expect([of('type'), of('max'), of('maxLength') ?? of('maxlength')]).toEqual(['date', '2026-11-23', '9']);
    expect(of('autocomplete') ?? of('autoComplete')).toBe('bday');
  });
});
