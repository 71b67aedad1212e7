import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  b64u,
  canonical,
  checkRpps,
  checkText,
  newId,
  normaliseAddress,
  parseCanonical,
  unb64u,
  utf8,
  type DocumentId,
  type Json,
} from '../../src/crypto/encoding.ts';
import { codeOf } from './vectors.ts';

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeNat(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z0-9_]{1,8}$/), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const runs = { numRuns: 60 };

/** Another implementation to compare with. */
function platformBase64url(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');
}

describe('canonical JSON', () => {
  test('reads what it writes, and writes the same again', () => {
    fc.assert(
      fc.property(json, (value) => {
        const bytes = canonical(value);
        expect(canonical(parseCanonical(bytes))).toEqual(bytes);
      }),
      runs,
    );
  });

  test.each([
    ['white space', '{"a": 1}'],
    ['order of keys', '{"b":1,"a":1}'],
    ['a key twice', '{"a":1,"a":1}'],
    ['a key twice inside', '[{"a":{"b":1,"b":2}}]'],
    ['names that are numbers, by their value', '{"9":1,"10":1}'],
    ['a capital in a key', '{"A":1}'],
    ['an empty key', '{"":1}'],
    ['null', '{"a":null}'],
    ['a boolean', '[true]'],
    ['a fraction', '[1.0]'],
    ['an exponent', '[1e2]'],
    ['a negative number', '[-1]'],
    ['negative zero', '[-0]'],
    ['2^53', '[9007199254740992]'],
    ['2^53 + 1', '[9007199254740993]'],
    ['an escaped slash', '["\\/"]'],
    ['an escape that is not needed', '["\\u0041"]'],
    ['upper-case hex', '["\\u001F"]'],
    ['a lone surrogate', '["\\ud800"]'],
    ['a byte order mark', '\ufeff[]'],
    ['a byte at the end', '[] '],
    ['nothing', ''],
    ['17 levels', '['.repeat(17) + ']'.repeat(17)],
    ['100,000 levels', '['.repeat(100_000)],
    ['NaN', '[NaN]'],
  ])('refuses %s', async (_name, text) => {
    expect(await codeOf(() => parseCanonical(utf8(text)))).toBe('malformed');
  });

  test('accepts 16 levels, 2^53 - 1 and a key named __proto__', () => {
    expect(parseCanonical(utf8('['.repeat(16) + ']'.repeat(16)))).toBeDefined();
    expect(parseCanonical(utf8('[9007199254740991]'))).toEqual([Number.MAX_SAFE_INTEGER]);
    expect(new TextDecoder().decode(canonical(parseCanonical(utf8('{"__proto__":1}'))))).toBe(
      '{"__proto__":1}',
    );
  });

  test('accepts names that are numbers in the order of their characters, and escapes that are needed', () => {
    for (const text of ['{"10":1,"9":[{"a":0}]}', '{"a":"\\u0001","b":"\\n"}', '["é\u{1f600}"]']) {
      expect(new TextDecoder().decode(canonical(parseCanonical(utf8(text))))).toBe(text);
    }
  });

  test('refuses bytes that are not UTF-8, and too many', async () => {
    expect(await codeOf(() => parseCanonical(new Uint8Array([0x22, 0xff, 0x22])))).toBe('malformed');
    expect(await codeOf(() => parseCanonical(utf8('"aaaa"'), 5))).toBe('limit_exceeded');
    expect(await codeOf(() => canonical('aaaa', 5))).toBe('limit_exceeded');
  });
});

describe('base64url', () => {
  test('is what Node writes, and comes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        expect(b64u(data)).toBe(platformBase64url(data));
        expect(unb64u(b64u(data))).toEqual(data);
      }),
      runs,
    );
  });

  test.each(['A', 'AB', 'AAB', 'AA==', 'AA+A', 'AA/A', 'AA A', 'AA\n'])('refuses %j', async (text) => {
    expect(await codeOf(() => unb64u(text))).toBe('malformed');
  });

  test('refuses another length', async () => {
    expect(await codeOf(() => unb64u('AAAA', 4))).toBe('malformed');
  });
});

describe('values', () => {
  test('identifiers are 32 hex characters and differ', () => {
    const [one, other] = [newId<DocumentId>(), newId<DocumentId>()];
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(one).not.toBe(other);
  });

  test('addresses are trimmed and lowered', async () => {
    expect(normaliseAddress(' Marie.Durand@Example.ORG ')).toBe('marie.durand@example.org');
    for (const bad of ['a@', '@b', 'a@b@c', 'ab', 'é@b.fr', 'a b@c', `${'a'.repeat(253)}@b`, 'a@b\n']) {
      expect(await codeOf(() => normaliseAddress(bad))).toBe('malformed');
    }
  });

  test('RPPS numbers have a Luhn digit', async () => {
    expect(checkRpps('10001234565')).toBe('10001234565');
    for (const bad of ['10001234566', '1000123456', '100012345650', '1000123456a']) {
      expect(await codeOf(() => checkRpps(bad))).toBe('malformed');
    }
  });

  test('texts for people hide nothing', async () => {
    expect(checkText('Éric 🩺', 6)).toBe('Éric 🩺');
    for (const bad of ['', 'a\u202eb', 'a\u0000', 'e\u0301', '\ud800']) {
      expect(await codeOf(() => checkText(bad, 10))).toBe('malformed');
    }
    expect(await codeOf(() => checkText('abc', 2))).toBe('limit_exceeded');
  });
});
