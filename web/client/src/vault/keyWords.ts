/**
 * How two people compare a key: the fingerprint as words, and the link in a QR (spec chapter 7, "In person").
 *
 *     await keyWords(key, 'french')     fifteen words of BIP 39 for the fingerprint's 20 bytes
 *     contactLink(origin, key)          ORIGIN/contact#1.KEY-ID
 *
 * Knows no directory: whether anybody has that key is asked elsewhere.
 */
import { b64u, unb64u, type KeyId } from '../crypto/encoding.ts';
import { CoffreError, malformed, unsupportedVersion } from '../crypto/errors.ts';
import type { KitLanguage } from '../crypto/recovery.ts';

const FINGERPRINT_LENGTH = 20;
const WORD_COUNT = 15;
const LINK = /\/contact#([0-9]+)\.([A-Za-z0-9_-]*)$/;
const HEX = /^[0-9a-f]{40}$/;

/** What a person gave: a whole key id, or its first 20 bytes in lower-case hexadecimal. */
export interface NamedKey {
  readonly key?: KeyId;
  readonly fingerprint: string;
}

/** The fingerprint's words, with BIP 39's checksum. */
export async function keyWords(key: KeyId, language: KitLanguage): Promise<string> {
  const { entropyToMnemonic } = await import('@scure/bip39');
  return entropyToMnemonic(unb64u(key, 32).slice(0, FINGERPRINT_LENGTH), await listOf(language))
    .split(/\s+/)
    .join(' ')
    .normalize('NFC');
}

/** What a professional's QR holds. */
export function contactLink(origin: string, key: KeyId): string {
  return `${origin}/contact#1.${key}`;
}

/** The first 20 bytes of a key id in lower-case hexadecimal. */
export function fingerprintOf(key: KeyId): string {
  return hexOf(unb64u(key, 32).slice(0, FINGERPRINT_LENGTH));
}

/**
 * The key in a contact's link, in words or in a fingerprint; undefined when the text is none of these.
 * Raises malformed (words off their list or checksum, a link cut short), unsupported_version.
 */
export async function namedIn(text: string): Promise<NamedKey | undefined> {
  const trimmed = text.trim();
  const [, version, code] = LINK.exec(trimmed) ?? [];
  if (version !== undefined && code !== undefined) {
    if (version !== '1') throw unsupportedVersion('contact of another version');
    const data = unb64u(code, 32);
    return { key: b64u(data) as KeyId, fingerprint: hexOf(data.slice(0, FINGERPRINT_LENGTH)) };
  }
  const plain = trimmed.replace(/\s+/g, '').toLowerCase();
  if (HEX.test(plain)) return { fingerprint: plain };
  const typed = trimmed.split(/\s+/);
  return typed.length === WORD_COUNT ? { fingerprint: hexOf(await fromWords(typed)) } : undefined;
}

async function fromWords(typed: readonly string[]): Promise<Uint8Array> {
  const { mnemonicToEntropy } = await import('@scure/bip39');
  const text = typed.join(' ').toLowerCase().normalize('NFKD');
  for (const language of ['english', 'french'] as const) {
    try {
      return mnemonicToEntropy(text, await listOf(language));
    } catch (thrown) {
      // Not of this list, or its checksum does not hold in it; it may in the other.
      if (thrown instanceof CoffreError) throw thrown;
    }
  }
  throw malformed('not the words of a key');
}

async function listOf(language: KitLanguage): Promise<string[]> {
  const { wordlist } =
    language === 'french'
      ? await import('@scure/bip39/wordlists/french.js')
      : await import('@scure/bip39/wordlists/english.js');
  return wordlist;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
