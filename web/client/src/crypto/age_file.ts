/**
 * Whole age files: header, MAC and payload together (chapter 1).
 *
 * Owns the header MAC, which recipients may stand together, and the order of checks. Files are small here (keyrings,
 * bundles); documents keep header and payload apart (document.ts).
 *
 *     openFile(sealFile(data, [identity.recipient()]), [identity])
 */
import { headerBytesForMac, parseHeader, writeHeader, type Stanza } from './age_header.ts';
import { HYBRID, SCRYPT, X25519, type Identity, type Recipient } from './age_recipients.ts';
import { FILE_KEY_LENGTH, openBytes, sealBytes } from './age_stream.ts';
import { dearmor, looksArmored } from './armor.ts';
import { concat, equalBytes, randomBytes, utf8, type Random } from './encoding.ts';
import { check, malformed, tampered, wrongKey } from './errors.ts';
import { hkdf, hmacSha256 } from './primitives.ts';

/** A header whose MAC was verified. */
export interface OpenedHeader {
  readonly stanzas: readonly Stanza[];
  /** Bytes; the payload begins there. */
  readonly length: number;
  readonly fileKey: Uint8Array;
}

/** A fresh 16-byte file key. */
export function newFileKey(random: Random = randomBytes): Uint8Array {
  return random(FILE_KEY_LENGTH);
}

/** The header with these stanzas and its MAC. Raises malformed for stanzas that must not stand together. */
export function makeHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Uint8Array {
  const types = stanzas.map((stanza) => stanza.type);
  refuseCompanyOfScrypt(types);
  const mixed = types.includes(HYBRID) && types.includes(X25519);
  check(!mixed, () => malformed('post-quantum and classic recipients in one header'));
  return writeHeader(stanzas, headerMac(stanzas, fileKey));
}

/**
 * The header at the start of the data, opened by the first identity that can.
 * Raises malformed, unsupported_version, limit_exceeded, wrong_key if no stanza opens, tampered if the MAC differs.
 */
export function openHeader(data: Uint8Array, identities: readonly Identity[]): OpenedHeader {
  const { stanzas } = parseHeader(data);
  refuseCompanyOfScrypt(stanzas.map((stanza) => stanza.type));
  for (const identity of identities) {
    const fileKey = identity.unwrap(stanzas);
    if (fileKey !== null) return verifyHeader(data, fileKey);
  }
  throw wrongKey('no stanza opens');
}

/** The header at the start of the data for a file key that is already known. Raises tampered if the MAC differs. */
export function verifyHeader(data: Uint8Array, fileKey: Uint8Array): OpenedHeader {
  const { stanzas, mac, length } = parseHeader(data);
  check(equalBytes(headerMac(stanzas, fileKey), mac), () => tampered("the header's MAC differs"));
  return { stanzas, length, fileKey };
}

/** An age file of the plaintext for all these recipients. */
export function sealFile(
  plaintext: Uint8Array,
  recipients: readonly Recipient[],
  random: Random = randomBytes,
): Uint8Array {
  const fileKey = newFileKey(random);
  const stanzas = recipients.map((recipient) => recipient.wrap(fileKey, random));
  return concat(makeHeader(stanzas, fileKey), sealBytes(fileKey, plaintext, random));
}

/** The plaintext of an age file, armored or not. Raises as `openHeader`, and tampered for the payload. */
export function openFile(data: Uint8Array, identities: readonly Identity[]): Uint8Array {
  const file = looksArmored(data) ? dearmor(data) : data;
  const header = openHeader(file, identities);
  return openBytes(header.fileKey, file.subarray(header.length));
}

function headerMac(stanzas: readonly Stanza[], fileKey: Uint8Array): Uint8Array {
  const key = hkdf(fileKey, new Uint8Array(0), utf8('header'), 32);
  return hmacSha256(key, headerBytesForMac(stanzas));
}

function refuseCompanyOfScrypt(types: readonly string[]): void {
  check(!types.includes(SCRYPT) || types.length === 1, () => malformed('a passphrase stanza stands alone'));
}
