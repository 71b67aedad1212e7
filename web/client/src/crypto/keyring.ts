/**
 * The keyring: an account's secrets in one age file that password, kit and passkeys open (chapter 2).
 *
 * Owns the keyring's record, its Argon2id stanza and the rules for writing it again. Knows no server: sequences are compared
 * with what the caller says.
 *
 *     const opened = createKeyring(keyring, keys);
 *     const again = openWithPassword(opened.data, keys, { account: keyring.account });
 *     const later = rewriteKeyring(again, { ...again.keyring, name: '…' });  // sequence 2
 */
import { makeHeader, newFileKey, openHeader, verifyHeader } from './age_file.ts';
import { b64, parseHeader, unb64, type Stanza } from './age_header.ts';
import { HybridIdentity, HybridRecipient } from './age_recipients.ts';
import { openBytes, sealBytes } from './age_stream.ts';
import {
  b64u,
  canonical,
  concat,
  equalBytes,
  hex,
  MAX_BYTES_LARGE,
  randomBytes,
  type AccountId,
  type JsonObject,
  type KeyId,
  type Random,
  type VaultId,
} from './encoding.ts';
import { check, limitExceeded, malformed, stale, tampered, unsupportedVersion, wrongKey } from './errors.ts';
import * as labels from './labels.ts';
import { passkeysShape, type Passkey } from './passkeys.ts';
import {
  checkParameters,
  derivedWith,
  SALT_LENGTH,
  type Argon2Parameters,
  type PasswordKeys,
} from './passwords.ts';
import { Wrap, XWING_PUBLIC_LENGTH } from './primitives.ts';
import { pinShape, readVersioned, Secret, secretOf, writeVersioned } from './records.ts';
import type { Kit } from './recovery.ts';
import { sectionSecrets } from './sections.ts';
import { bytes, id, integer, oneOf, optional, record, table, text, type Of } from './shapes.ts';
import { keyId, SigningKey } from './signing.ts';
import { keyIdShape } from './statement_grammar.ts';

export const STANZA_TYPE = 'coffre.argon2id/v1';
const STANZA_FAMILY = 'coffre.argon2id/';
const MAX_PINS = 10_000;
const stanzaWrap = new Wrap(labels.PW_STANZA);

/** What was last seen of a vault: both chains, and whose vault it is. */
const vaultPinsShape = record({ accesses: pinShape, ledger: pinShape, owner: keyIdShape });
export type VaultPins = Of<typeof vaultPinsShape>;

/** A patient's own vault: the newest secret of each section; `pending` those of a rotation not yet seen in the ledger. */
const ownVaultShape = record({
  id: id<VaultId>(),
  owner_secret: secretOf(
    32,
    (data) => new Secret(data),
    (secret) => secret.reveal(),
  ),
  pending: optional(sectionSecrets()),
  sections: sectionSecrets(),
});
export type OwnVault = Of<typeof ownVaultShape>;

export const keyringShape = record(
  {
    account: id<AccountId>(),
    identity: secretOf(
      32,
      (seed) => new HybridIdentity(seed),
      (identity) => identity.seed,
    ),
    kit: bytes(XWING_PUBLIC_LENGTH),
    name: text(200),
    passkeys: optional(passkeysShape),
    patients: optional(table(id<VaultId>(), text(200), { min: 1, max: MAX_PINS })),
    pins: record({ vaults: table(id<VaultId>(), vaultPinsShape, { max: MAX_PINS }) }),
    role: oneOf('patient', 'professional'),
    sequence: integer(1),
    server: bytes(32),
    signing: secretOf(
      32,
      (seed) => SigningKey.fromSeed(seed),
      (key) => key.seed,
    ),
    vault: optional(ownVaultShape),
  },
  ({ role, vault, patients }) => {
    check(patients === undefined || role === 'professional', () =>
      malformed("names of patients belong to a professional's keyring"),
    );
    check((vault === undefined) === (role === 'professional'), () =>
      malformed("a vault belongs to a patient's keyring"),
    );
  },
);
/** An account's secrets. `patients`: the names that patients gave themselves, by vault. `kit` is the kit's recipient, `server` the server's public key. */
export type Keyring = Of<typeof keyringShape>;

/** A keyring with its sealed bytes, and the file key under which it can be written again. */
export interface OpenedKeyring {
  readonly keyring: Keyring;
  readonly data: Uint8Array;
  readonly fileKey: Secret;
}

/** What must hold of a keyring that is opened. */
export interface ExpectedKeyring {
  readonly account: AccountId;
  /** The server's number for these bytes. */
  readonly sequence?: number | undefined;
  /** The highest sequence that this device has met. */
  readonly seen?: number | undefined;
}

/** The identifier of the account's public keys. */
export function keyIdOf(keyring: Keyring): KeyId {
  return keyId(keyring.signing.public, keyring.identity.recipient().public);
}

/** The keyring sealed for the password, the kit and the passkeys that it names, under a fresh file key. */
export function createKeyring(
  keyring: Keyring,
  keys: PasswordKeys,
  random: Random = randomBytes,
): OpenedKeyring {
  const fileKey = newFileKey(random);
  const recipients = [keyring.kit, ...(keyring.passkeys ?? []).map(({ recipient }) => recipient)];
  const stanzas = [
    passwordStanza(keyring.account, keys, fileKey, random),
    ...recipients.map((recipient) => new HybridRecipient(recipient).wrap(fileKey)),
  ];
  return seal(keyring, makeHeader(stanzas, fileKey), fileKey, random);
}

/**
 * The keyring opened with the keys of a password.
 * Raises wrong_key: another password, or another account's keyring; tampered: other salt or cost than the keys were derived with,
 * MAC, payload, account or sequence that differ; stale: a lower sequence than `seen`; malformed, unsupported_version,
 * limit_exceeded: bytes or record off the format.
 */
export function openWithPassword(
  data: Uint8Array,
  keys: PasswordKeys,
  expected: ExpectedKeyring,
): OpenedKeyring {
  checkSize(data);
  return open(data, openPasswordStanza(data, keys, expected.account), expected);
}

/** The keyring opened with the recovery kit. Raises as `openWithPassword`; tampered if it names another kit. */
export function openWithKit(data: Uint8Array, kit: Kit, expected: ExpectedKeyring): OpenedKeyring {
  const identity = kit.identity();
  const opened = openWith(data, identity, expected);
  const own = equalBytes(opened.keyring.kit, identity.recipient().public);
  check(own, () => tampered('the keyring names another kit'));
  return opened;
}

/** The keyring opened with a passkey. Raises as `openWithPassword`; tampered if it does not name this passkey. */
export function openWithPasskey(
  data: Uint8Array,
  passkey: Passkey,
  expected: ExpectedKeyring,
): OpenedKeyring {
  const identity = passkey.identity();
  const opened = openWith(data, identity, expected);
  const { public: own } = identity.recipient();
  const named = (opened.keyring.passkeys ?? []).some(
    ({ credential, recipient }) => equalBytes(credential, passkey.credential) && equalBytes(recipient, own),
  );
  check(named, () => tampered('the keyring does not name this passkey'));
  return opened;
}

/** A later keyring under the file key of one that was opened before. Raises as `openWithPassword`; tampered under another key. */
export function openWithFileKey(data: Uint8Array, fileKey: Secret, expected: ExpectedKeyring): OpenedKeyring {
  checkSize(data);
  return open(data, fileKey.reveal(), expected);
}

/**
 * New contents under the same header and file key; the sequence becomes the opened one's successor.
 * Raises malformed if account, kit or passkeys differ, which need other stanzas.
 */
export function rewriteKeyring(
  opened: OpenedKeyring,
  keyring: Keyring,
  random: Random = randomBytes,
): OpenedKeyring {
  const same = equalBytes(unlockedBy(keyring), unlockedBy(opened.keyring));
  check(same, () => malformed('another account, kit or passkey under the same header'));
  const header = opened.data.subarray(0, parseHeader(opened.data).length);
  const next = { ...keyring, sequence: opened.keyring.sequence + 1 };
  return seal(next, header, opened.fileKey.reveal(), random);
}

/** The same contents for another password, under a fresh file key; kit and passkeys stay good. Also the end of a recovery. */
export function changePassword(
  opened: OpenedKeyring,
  keys: PasswordKeys,
  random: Random = randomBytes,
): OpenedKeyring {
  return renew(opened, {}, keys, random);
}

/**
 * The same contents for another kit, under a fresh file key: the old kit opens nothing written later.
 * `keys` are the present password's, derived anew; else wrong_key.
 */
export function replaceKit(
  opened: OpenedKeyring,
  keys: PasswordKeys,
  kit: Kit,
  random: Random = randomBytes,
): OpenedKeyring {
  openPasswordStanza(opened.data, keys, opened.keyring.account);
  return renew(opened, { kit: kit.identity().recipient().public }, keys, random);
}

/**
 * The same contents with one more passkey; the other methods' stanzas stay. Raises malformed for a passkey that the keyring names
 * already or a name off the grammar, limit_exceeded for the seventeenth.
 */
export function addPasskey(
  opened: OpenedKeyring,
  passkey: Passkey,
  name: string,
  random: Random = randomBytes,
): OpenedKeyring {
  const added = passkey.public(name);
  const passkeys = [...(opened.keyring.passkeys ?? []), added].sort((a, b) =>
    hex(a.credential) < hex(b.credential) ? -1 : 1,
  );
  const keyring = { ...opened.keyring, passkeys, sequence: opened.keyring.sequence + 1 };
  const fileKey = opened.fileKey.reveal();
  const { stanzas } = parseHeader(opened.data);
  const header = makeHeader([...stanzas, new HybridRecipient(added.recipient).wrap(fileKey)], fileKey);
  return seal(keyring, header, fileKey, random);
}

/**
 * The same contents without the passkey of a raw credential id, under a fresh file key. `keys` are the present password's, derived
 * anew; else wrong_key. Raises malformed for a passkey that the keyring does not name.
 */
export function removePasskey(
  opened: OpenedKeyring,
  keys: PasswordKeys,
  credential: Uint8Array,
  random: Random = randomBytes,
): OpenedKeyring {
  openPasswordStanza(opened.data, keys, opened.keyring.account);
  const known = opened.keyring.passkeys ?? [];
  const kept = known.filter((passkey) => !equalBytes(passkey.credential, credential));
  check(kept.length < known.length, () => malformed('no such passkey'));
  return renew(opened, { passkeys: kept.length > 0 ? kept : undefined }, keys, random);
}

/** Salt and cost in a keyring's stanza, to derive without a server. Raises limit_exceeded for the cost. */
export function passwordParameters(data: Uint8Array): {
  readonly salt: Uint8Array;
  readonly parameters: Argon2Parameters;
} {
  const { salt, parameters } = findPasswordStanza(parseHeader(data).stanzas);
  return { salt, parameters };
}

function seal(keyring: Keyring, header: Uint8Array, fileKey: Uint8Array, random: Random): OpenedKeyring {
  const contents = writeVersioned(keyringShape, keyring, MAX_BYTES_LARGE);
  const data = concat(header, sealBytes(fileKey, contents, random));
  return { keyring, data, fileKey: new Secret(fileKey) };
}

function open(data: Uint8Array, fileKey: Uint8Array, expected: ExpectedKeyring): OpenedKeyring {
  const header = verifyHeader(data, fileKey);
  const contents = openBytes(fileKey, data.subarray(header.length));
  const keyring = readVersioned(keyringShape, contents, MAX_BYTES_LARGE);
  const { account, sequence, seen = 0 } = expected;
  check(keyring.account === account, () => tampered('the keyring of another account'));
  const numbered = sequence === undefined || keyring.sequence === sequence;
  check(numbered, () => tampered('another sequence inside than outside'));
  check(keyring.sequence >= seen, () => stale('an older keyring than one already seen'));
  return { keyring, data, fileKey: new Secret(fileKey) };
}

function openWith(data: Uint8Array, identity: HybridIdentity, expected: ExpectedKeyring): OpenedKeyring {
  checkSize(data);
  return open(data, openHeader(data, [identity]).fileKey, expected);
}

/** The next sequence, with what changes, under a fresh file key. */
function renew(
  { keyring }: OpenedKeyring,
  changes: Partial<Keyring>,
  keys: PasswordKeys,
  random: Random,
): OpenedKeyring {
  return createKeyring({ ...keyring, ...changes, sequence: keyring.sequence + 1 }, keys, random);
}

/** What a keyring's stanzas are made of, but the password. */
function unlockedBy({ account, kit, passkeys = [] }: Keyring): Uint8Array {
  const known = passkeys.map(({ credential, recipient }) => [b64u(credential), b64u(recipient)]);
  return canonical([account, b64u(kit), known]);
}

function checkSize(data: Uint8Array): void {
  check(data.length <= 2 * MAX_BYTES_LARGE, () => limitExceeded('size of a keyring'));
}

function passwordStanza(account: AccountId, keys: PasswordKeys, fileKey: Uint8Array, random: Random): Stanza {
  const { salt, parameters, unlock } = keys;
  checkParameters(parameters);
  const body = stanzaWrap.seal(unlock.reveal(), stanzaContext(account, salt, parameters), fileKey, random);
  const { m, t, p } = parameters;
  return { type: STANZA_TYPE, args: [b64(salt), String(m), String(t), String(p)], body };
}

/** The file key. Raises tampered for keys of other salt or cost, wrong_key for those of another password. */
function openPasswordStanza(data: Uint8Array, keys: PasswordKeys, account: AccountId): Uint8Array {
  const { salt, parameters, body } = findPasswordStanza(parseHeader(data).stanzas);
  const derived = derivedWith(keys, salt, parameters);
  check(derived, () => tampered('other Argon2id parameters than the keys were derived with'));
  return stanzaWrap.open(keys.unlock.reveal(), stanzaContext(account, salt, parameters), body);
}

function stanzaContext(account: AccountId, salt: Uint8Array, { m, t, p }: Argon2Parameters): JsonObject {
  return { account, m, p, salt: b64u(salt), t };
}

function findPasswordStanza(stanzas: readonly Stanza[]): {
  readonly salt: Uint8Array;
  readonly parameters: Argon2Parameters;
  readonly body: Uint8Array;
} {
  const family = stanzas.filter((stanza) => stanza.type.startsWith(STANZA_FAMILY));
  const found = family.filter((stanza) => stanza.type === STANZA_TYPE);
  const [first] = found;
  if (first === undefined) {
    throw family.length > 0
      ? unsupportedVersion('Argon2id stanza version')
      : wrongKey('no password opens this file');
  }
  const [saltText = '', ...numbers] = first.args;
  check(found.length === 1 && numbers.length === 3, () => malformed('Argon2id stanza'));
  const salt = unb64(saltText);
  const decimal = numbers.every((number) => /^[1-9][0-9]{0,8}$/.test(number));
  check(salt.length === SALT_LENGTH && decimal, () => malformed('Argon2id stanza'));
  const [m = 0, t = 0, p = 0] = numbers.map(Number);
  checkParameters({ m, t, p });
  return { salt, parameters: { m, t, p }, body: first.body };
}
