/** Comparing keys: words, fingerprints and links name one key, the same as in Python; the pin of the directory's key. */
import { describe, expect, it } from 'vitest';
import { b64u, type KeyId } from '../../src/crypto/encoding.ts';
import { contactLink, fingerprintOf, keyWords, namedIn } from '../../src/vault/keyWords.ts';
import { pinDirectory } from '../../src/vault/directory.ts';
import { MemoryPins } from '../../src/vault/pins.ts';

const ORIGIN = 'https://coffre.example';
const KEY = b64u(Uint8Array.from({ length: 32 }, (_, index) => index)) as KeyId;

describe('a key that people compare', () => {
  it('is named by its words in either language, by its fingerprint, by its link', async () => {
    const fingerprint = fingerprintOf(KEY);
    expect(fingerprint).toBe('000102030405060708090a0b0c0d0e0f10111213');
    for (const language of ['english', 'french'] as const) {
      const words = await keyWords(KEY, language);
      expect(words.split(' ')).toHaveLength(15);
      expect(await namedIn(words.toUpperCase())).toEqual({ fingerprint });
    }
    expect(await namedIn(fingerprint.toUpperCase().replace(/(.{4})/g, '$1 '))).toEqual({ fingerprint });
    expect(await namedIn(contactLink(ORIGIN, KEY))).toEqual({ key: KEY, fingerprint });
    expect(await namedIn('10003456786')).toBeUndefined();
  });

  it('reads aloud as in Python', async () => {
    expect(await keyWords(KEY, 'english')).toBe(
      'abandon amount liar amount expire adjust cage candy arch gather drum bullet absurd math exhibit',
    );
  });

  it('is refused when misread', async () => {
    const words = (await keyWords(KEY, 'english')).split(' ');
    const swapped = [words[1], words[0], ...words.slice(2)].join(' ');
    await expect(namedIn(swapped)).rejects.toMatchObject({ code: 'malformed' });
    await expect(namedIn(contactLink(ORIGIN, KEY).slice(0, -1))).rejects.toMatchObject({ code: 'malformed' });
    await expect(namedIn(`${ORIGIN}/contact#2.${KEY}`)).rejects.toMatchObject({
      code: 'unsupported_version',
    });
  });
});

describe("the directory's key", () => {
  it('is kept at the first contact and not replaced by the next one', async () => {
    const pins = new MemoryPins();
    const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    await pinDirectory(pins, ORIGIN, undefined);
    expect((await pins.directory(ORIGIN)).key).toBeUndefined();
    await pinDirectory(pins, ORIGIN, first);
    await pinDirectory(pins, ORIGIN, second);
    expect((await pins.directory(ORIGIN)).key).toEqual(first);
    expect((await pins.directory('https://other.example')).key).toBeUndefined();
  });
});
