/**
 * The recovery kit: twelve words that restore an account without its password (chapter 2, "Recovery kit").
 *
 * Owns the kit's entropy, its words, its QR text and its keys. Knows no keyring (`keyring.openWithKit`).
 *
 *     const kit = Kit.generate();
 *     const same = await Kit.fromWords(await kit.words('french'));
 */
import { HybridIdentity } from './age_recipients.ts';
import { b64u, equalBytes, randomBytes, strip, unb64u, wordsOf, type Random } from './encoding.ts';
import { check, malformed } from './errors.ts';
import * as labels from './labels.ts';
import { derive } from './primitives.ts';
import { SigningKey } from './signing.ts';

export type KitLanguage = 'english' | 'french';
export const ENTROPY_LENGTH = 16;
export const WORD_COUNT = 12;
const LANGUAGES: readonly KitLanguage[] = ['english', 'french'];
const MAX_TEXT = 1024;
const QR_MARK = '/recover#kit.';

/** The kit's 16 bytes of entropy. Hides itself when printed or serialised. */
export class Kit {
  readonly #entropy: Uint8Array;

  constructor(entropy: Uint8Array) {
    check(entropy.length === ENTROPY_LENGTH, () => malformed('a kit has 16 bytes'));
    this.#entropy = Uint8Array.from(entropy);
  }

  static generate(random: Random = randomBytes): Kit {
    return new Kit(random(ENTROPY_LENGTH));
  }

  /** The kit of twelve words of either list; case, accents and the kind of white space do not matter. Raises malformed. */
  static async fromWords(text: string): Promise<Kit> {
    const words = Array.from(text).length <= MAX_TEXT ? wordsOf(plain(text)) : [];
    check(words.length === WORD_COUNT, () => malformed('a kit has twelve words'));
    const { mnemonicToEntropy } = await import('@scure/bip39');
    for (const language of LANGUAGES) {
      const list = await wordList(language);
      const spelling = new Map(list.map((word) => [plain(word), word]));
      const found = words.map((word) => spelling.get(word));
      if (found.some((word) => word === undefined)) continue;
      try {
        return new Kit(mnemonicToEntropy(found.join(' '), list));
      } catch {
        // Its checksum does not hold in this list; it may in the other.
        continue;
      }
    }
    throw malformed('not the words of a kit');
  }

  /** The kit of a QR's text, whatever the origin. Raises malformed. */
  static fromQr(text: string): Kit {
    const [origin = '', code, ...more] = strip(text).split(QR_MARK);
    check(origin !== '' && code !== undefined && more.length === 0, () => malformed('not the QR of a kit'));
    return new Kit(unb64u(code, ENTROPY_LENGTH));
  }

  /** Twelve lower-case words (NFC), single spaces between them. */
  async words(language: KitLanguage): Promise<string> {
    const { entropyToMnemonic } = await import('@scure/bip39');
    return entropyToMnemonic(this.#entropy, await wordList(language))
      .split(/\s+/)
      .join(' ')
      .normalize('NFC');
  }

  /** What the kit's QR holds, for a server's origin (`https://host`). */
  qrText(origin: string): string {
    return origin + QR_MARK + b64u(this.#entropy);
  }

  /** The age identity that opens the keyring; its recipient stands in the keyring. */
  identity(): HybridIdentity {
    return new HybridIdentity(derive(this.#entropy, labels.KIT_IDENTITY));
  }

  /** The key that signs in without the password. */
  loginKey(): SigningKey {
    return SigningKey.fromSeed(derive(this.#entropy, labels.KIT_LOGIN));
  }

  equals(other: Kit): boolean {
    return equalBytes(this.#entropy, other.#entropy);
  }

  toJSON(): string {
    return '[recovery kit]';
  }

  toString(): string {
    return '[recovery kit]';
  }
}

/** Lower case without accents: in neither list do two words differ by them alone. */
function plain(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
}

/** The list as the library has it (French in NFKD). */
async function wordList(language: KitLanguage): Promise<string[]> {
  const module =
    language === 'english'
      ? await import('@scure/bip39/wordlists/english.js')
      : await import('@scure/bip39/wordlists/french.js');
  return module.wordlist;
}
