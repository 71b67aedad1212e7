/**
 * Shares: SMART Health Links, their encrypted files, and what the owner keeps of them (chapter 8).
 *
 * Owns link, JWE and sealed details. The FHIR bundle inside a file is fhir.ts. Knows no server: locators and terms come from the
 * caller.
 *
 *     const link = ShareLink.generate('https://coffre.example', { exp: notAfter });
 *     const jwe = await sealShareFile(link.key, bundle);
 */
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import {
  b64u,
  parseForeign,
  randomBytes,
  strip,
  unb64u,
  utf8,
  type JsonObject,
  type Random,
  type ShareId,
  type VaultId,
} from './encoding.ts';
import { check, guardAsync, limitExceeded, malformed, tampered, unsupportedVersion } from './errors.ts';
import * as labels from './labels.ts';
import { frame, unframe } from './padding.ts';
import { derive, Wrap } from './primitives.ts';
import { Secret } from './records.ts';
import { decodeAs, encodeAs, record, shape, type Of } from './shapes.ts';

export const CONTENT_TYPE = 'application/fhir+json';
export const KEY_LENGTH = 32;
export const LOCATOR_LENGTH = 32;
export const MAX_URL = 128;
export const MAX_LABEL = 80;
export const MAX_JWE = 64 << 20;
export const LONG_FLAG = 'L';
export const PASSCODE_FLAG = 'P';
export const DIRECT_FLAG = 'U';
/** The recipient that our viewer sends where the patient wants no name asked. */
export const NO_NAME = '-';

const MAX_LINK = 4096;
const DETAILS_FLOOR = 512;
const MARK = 'shlink:/';
const UNNAMED_VIEWER = '?recipient=none#';
/** Letters in alphabetical order; a file by GET asks for no passcode. */
const FLAGS: readonly string[] = ['', 'L', 'LP', 'LU', 'P', 'U'];
const KNOWN_PARAMETERS = ['alg', 'enc', 'cty', 'kid', 'zip'];
const detailsWrap = new Wrap(labels.SHARE_DETAILS);

/** A link's content: the manifest's address, the key of its files, the end in seconds since 1970 (others' links may have none). */
export class ShareLink {
  readonly url: string;
  /** 32 bytes; hidden when printed or serialised. */
  readonly key: Secret;
  readonly exp: number | undefined;
  readonly flag: string;
  readonly label: string | undefined;
  /** Whether our viewer asks who opens it. */
  readonly nameAsked: boolean;

  constructor(content: {
    readonly url: string;
    readonly key: Uint8Array;
    readonly exp?: number | undefined;
    readonly flag?: string;
    readonly label?: string | undefined;
    readonly nameAsked?: boolean;
  }) {
    check(content.key.length === KEY_LENGTH, () => malformed("a share's key has 32 bytes"));
    const labelLength = Array.from(content.label ?? '').length;
    check(content.url.length <= MAX_URL && labelLength <= MAX_LABEL, () =>
      limitExceeded('link field is too long'),
    );
    this.url = content.url;
    this.key = new Secret(content.key);
    this.exp = content.exp;
    this.flag = content.flag ?? '';
    check(FLAGS.includes(this.flag), () => unsupportedVersion('a flag that is not known'));
    this.label = content.label;
    this.nameAsked = content.nameAsked ?? true;
  }

  /** A new link with a random locator and key, for a server's origin (`https://host`). */
  static generate(
    origin: string,
    terms: {
      readonly exp: number;
      readonly passcode?: boolean;
      readonly longLived?: boolean;
      readonly label?: string | undefined;
      readonly nameAsked?: boolean;
    },
    random: Random = randomBytes,
  ): ShareLink {
    const url = `${origin}/api/v1/shl/${b64u(random(LOCATOR_LENGTH))}`;
    const { exp, label, passcode = false, longLived = false, nameAsked = true } = terms;
    const flag = (longLived ? LONG_FLAG : '') + (passcode ? PASSCODE_FLAG : '');
    return new ShareLink({ exp, label, flag, url, nameAsked, key: random(KEY_LENGTH) });
  }

  /**
   * The link of `shlink:/…` or `https://viewer#shlink:/…`. Raises malformed: off the grammar, or a key that has not 32 bytes;
   * unsupported_version: `v` other than 1, or an unknown flag; limit_exceeded: a field too long, or an end that has passed at `now`.
   */
  static parse(link: string, now?: number): ShareLink {
    check(link.length <= MAX_LINK, () => limitExceeded('link is too long'));
    const text = strip(link);
    const at = text.lastIndexOf(MARK);
    check(at >= 0, () => malformed('not a SMART Health Link'));
    const content = parseForeign(unb64u(text.slice(at + MARK.length)));
    check((content['v'] ?? 1) === 1, () => unsupportedVersion('link of another version'));
    const fields = {
      url: textOf(content, 'url'),
      key: unb64u(textOf(content, 'key'), KEY_LENGTH),
      exp: endOf(content),
      label: 'label' in content ? textOf(content, 'label') : undefined,
      nameAsked: !text.slice(0, at).endsWith(UNNAMED_VIEWER),
    };
    const parsed = new ShareLink({ ...fields, flag: 'flag' in content ? textOf(content, 'flag') : '' });
    check(/^https?:\/\//.test(parsed.url), () => malformed('an address that is not a web address'));
    check(now === undefined || !parsed.over(now), () => limitExceeded('the share has ended'));
    return parsed;
  }

  /** Whether the end that the link names has passed; its server may end it earlier. */
  over(now: number): boolean {
    return this.exp !== undefined && now >= this.exp;
  }

  /** Whether the server asks for a passcode. */
  get passcode(): boolean {
    return this.flag.includes(PASSCODE_FLAG);
  }

  /** Whether the files may change until the end. */
  get longLived(): boolean {
    return this.flag.includes(LONG_FLAG);
  }

  /** Whether the address answers GET with the one file. */
  get direct(): boolean {
    return this.flag.includes(DIRECT_FLAG);
  }

  /** The last part of `url`, by which the server knows the share. */
  get locator(): string {
    return this.url.slice(this.url.lastIndexOf('/') + 1);
  }

  /** The link as it is shown and drawn: opened by a camera, it leads to the viewer of the origin. */
  text(origin: string): string {
    const content = {
      url: this.url,
      key: b64u(this.key.reveal()),
      ...(this.exp === undefined ? {} : { exp: this.exp }),
      ...(this.flag === '' ? {} : { flag: this.flag }),
      ...(this.label === undefined ? {} : { label: this.label }),
      v: 1,
    };
    const viewer = `${origin}/view${this.nameAsked ? '#' : UNNAMED_VIEWER}`;
    return `${viewer}${MARK}${b64u(utf8(JSON.stringify(content)))}`;
  }

  toString(): string {
    return '[share link]';
  }
}

/** A file of a share: JWE compact (`dir`, A256GCM, fresh IV) of a FHIR bundle's JSON. */
export async function sealShareFile(key: Secret, bundle: Uint8Array): Promise<string> {
  return guardAsync(
    () =>
      new CompactEncrypt(bundle)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: CONTENT_TYPE })
        .encrypt(key.reveal()),
    () => malformed('the file could not be sealed'),
  );
}

/**
 * The FHIR bundle's JSON of a share's file. Raises malformed: not a compact JWE, or not compressed though `zip` says so;
 * unsupported_version: another `alg`, `enc` or `zip`, or another parameter that changes what is inside; tampered: it does not open
 * with this key; limit_exceeded: over 64 MiB, also once inflated.
 */
export async function openShareFile(key: Secret, jwe: string): Promise<Uint8Array> {
  check(jwe.length <= MAX_JWE, () => limitExceeded('file is too long'));
  const compressed = checkJwe(jwe);
  try {
    const { plaintext } = await compactDecrypt(jwe, key.reveal(), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      maxDecompressedLength: MAX_JWE,
    });
    return plaintext;
  } catch (thrown) {
    // Once the grammar was checked, the library says this only of what it inflates: with the stream's own error, or over the limit.
    if (!compressed || !(thrown instanceof errors.JWEInvalid)) throw tampered('the file does not open');
    if (thrown.cause === undefined) throw limitExceeded('what was compressed is too long');
    throw malformed('not a compressed stream');
  }
}

/** What any device of the owner shows again of a share. */
const plainText = shape<string>(
  (value) => {
    check(typeof value === 'string', () => malformed('expected a string'));
    return value;
  },
  (value) => value,
);
const detailsShape = record({ label: plainText, link: plainText });
export type ShareDetails = Of<typeof detailsShape>;

/** The details sealed under the owner's secret (32 bytes), for the `share` statement. */
export function sealDetails(
  ownerSecret: Secret,
  details: ShareDetails,
  place: { readonly vault: VaultId; readonly share: ShareId },
  random: Random = randomBytes,
): Uint8Array {
  const framed = frame(encodeAs(detailsShape, details), DETAILS_FLOOR);
  return detailsWrap.seal(detailsKey(ownerSecret), detailsContext(place), framed, random);
}

/** Raises wrong_key, malformed. */
export function openDetails(
  ownerSecret: Secret,
  sealed: Uint8Array,
  place: { readonly vault: VaultId; readonly share: ShareId },
): ShareDetails {
  return readDetails(detailsWrap.open(detailsKey(ownerSecret), detailsContext(place), sealed));
}

/** The details in what was sealed. Raises malformed. */
export function readDetails(framed: Uint8Array): ShareDetails {
  return decodeAs(detailsShape, unframe(framed, DETAILS_FLOOR));
}

function detailsKey(ownerSecret: Secret): Uint8Array {
  return derive(ownerSecret.reveal(), labels.OWNER_SHARE);
}

function detailsContext({ vault, share }: { readonly vault: VaultId; readonly share: ShareId }): JsonObject {
  return { share, vault };
}

/** The grammar of the five parts, canonical base64url, and the headers that shares have; whether it is compressed. */
function checkJwe(jwe: string): boolean {
  const [header = '', wrapped = '', iv = '', ciphertext = '', tag = '', ...more] = jwe.split('.');
  check(header !== '' && wrapped === '' && more.length === 0, () => malformed('not a compact JWE'));
  unb64u(iv, 12);
  unb64u(tag, 16);
  check(!/[^A-Za-z0-9_-]/.test(ciphertext), () => malformed('base64url character'));
  // Length and unused bits show in the last group; the whole text is decoded only once, when it is opened.
  unb64u(ciphertext.slice(ciphertext.length - (ciphertext.length % 4)));
  const content = parseForeign(unb64u(header));
  const known = content['alg'] === 'dir' && content['enc'] === 'A256GCM';
  check(known, () => unsupportedVersion('JWE with another algorithm'));
  const plain = Object.keys(content).every((name) => KNOWN_PARAMETERS.includes(name));
  const compressed = 'zip' in content;
  check(plain && (!compressed || content['zip'] === 'DEF'), () =>
    unsupportedVersion('JWE with a parameter that is not known'),
  );
  return compressed;
}

function textOf(content: Readonly<Record<string, unknown>>, name: string): string {
  const value = content[name];
  check(typeof value === 'string', () => malformed('not a text'));
  return value;
}

function endOf(content: Readonly<Record<string, unknown>>): number | undefined {
  if (!('exp' in content)) return undefined;
  const end = content['exp'];
  check(typeof end === 'number' && end >= 0 && end < 2 ** 53, () => malformed('not an end'));
  return Math.trunc(end);
}
