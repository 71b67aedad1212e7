/**
 * Accounts: signing up, signing in, recovering, changing the password (spec chapter 2).
 *
 *     const { client, kit } = await signUp(parts, { role: 'patient', address, name }, password);
 *
 * Owns what is made of a password and of the kit. Knows no documents.
 */
import type { Api } from '../api/client.ts';
import { ApiError, Unreachable } from '../api/errors.ts';
import {
  readChallenge,
  readCodeSent,
  readCreated,
  readKeyring,
  readPasswordChallenge,
  readSequence,
  readServer,
  readSignedIn,
  type ServerAnswer,
  type SignedInAnswer,
} from '../api/types.ts';
import { HybridIdentity } from '../crypto/age_recipients.ts';
import {
  b64u,
  equalBytes,
  newId,
  normaliseAddress,
  randomBytes,
  type AccountId,
  type Address,
  type KeyId,
  type SectionId,
  type VaultId,
} from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { startHead } from '../crypto/journal.ts';
import {
  changePassword as sealForPassword,
  createKeyring,
  openWithKit,
  openWithPassword,
  replaceKit as sealForKit,
  type Keyring,
  type OpenedKeyring,
  type OwnVault,
  type VaultPins,
} from '../crypto/keyring.ts';
import { checkPolicy, deriveKeys, newSalt, type PasswordKeys } from '../crypto/passwords.ts';
import { ready } from '../crypto/primitives.ts';
import { Secret } from '../crypto/records.ts';
import { Kit } from '../crypto/recovery.ts';
import { sealName, SECTION_KINDS, SectionSecret } from '../crypto/sections.ts';
import { keyId, SigningKey } from '../crypto/signing.ts';
import {
  sign,
  signedToWire,
  type Card,
  type Login,
  type PROFESSIONS,
  type Signed,
  type Vault,
} from '../crypto/statements.ts';
import { Client, type Clock, type Session } from './client.ts';
import type { KeyringStore } from './kept_keyrings.ts';
import { pinDirectory } from './directory.ts';
import type { PinStore } from './pins.ts';
import type { RecordStore } from './records.ts';
import type { StartThread } from './second_thread.ts';

/** Who signs up. A professional's name, RPPS and profession are public; a patient's name is sealed. */
export interface NewAccount {
  readonly role: 'patient' | 'professional';
  readonly address: string;
  readonly name: string;
  readonly rpps?: string | undefined;
  readonly profession?: (typeof PROFESSIONS)[number] | undefined;
  /** Eight digits that were mailed to the address, where the server asks for them. */
  readonly code?: string | undefined;
}

/** What signing in works with. */
export interface Parts {
  readonly api: Api;
  readonly pins: PinStore;
  /** Where this device keeps sealed records; in memory if absent. */
  readonly records?: RecordStore | undefined;
  /** Where this device keeps keyrings to be opened without the server, if it does. */
  readonly keyrings?: KeyringStore | undefined;
  /** Starts a thread that verifies signatures beside this one. */
  readonly threads?: StartThread | undefined;
  readonly now: Clock;
}

/** The server's name, key and limits. Raises tampered when it is known by another address than the one it answers at. */
export async function lookAt(api: Api): Promise<ServerAnswer> {
  await ready();
  const server = await api.get('/server', readServer);
  check(server.name === 'coffre', () => tampered('no Coffre server'));
  // Sign-in statements name the origin, so that they are worth nothing elsewhere.
  check(server.origin === api.origin, () => tampered('a server known by another address'));
  return server;
}

/** Has a code mailed to an address that wants an account, if the server asks for one to sign up; whether it does. */
export async function sendSignUpCode(api: Api, address: string): Promise<boolean> {
  const { confirm_address } = await lookAt(api);
  if (confirm_address !== true) return false;
  await api.post('/accounts/codes', { address: normaliseAddress(address) }, readCodeSent);
  return true;
}

/** Makes keys, kit and vault on this device, and the account on the server. Raises weak_password, malformed, and ApiError. */
export async function signUp(
  parts: Parts,
  account: NewAccount,
  password: string,
): Promise<{ readonly client: Client; readonly kit: Kit }> {
  const server = await lookAt(parts.api);
  const address = normaliseAddress(account.address);
  const name = account.name.normalize('NFC').trim();
  await checkPolicy(password, [address, name]);
  const kit = Kit.generate();
  const keys = deriveKeys(password, { address, salt: newSalt() });
  const made = makeKeyring({ ...account, name }, kit, server, parts.now());
  const opened = createKeyring(made.keyring, keys);
  const created = await parts.api.post(
    '/accounts',
    {
      address,
      role: account.role,
      card: signedToWire(made.card),
      password: passwordBody(keys),
      kit_login_key: b64u(kit.loginKey().public),
      keyring: b64u(opened.data),
      ...(made.vault === undefined ? {} : { vault: signedToWire(made.vault) }),
      ...(account.code === undefined ? {} : { code: account.code }),
    },
    readCreated,
  );
  const { account: id, vault } = opened.keyring;
  const same = created.account === id && created.vault === vault?.id;
  check(same, () => tampered('another account than the one signed up'));
  parts.api.csrf = created.csrf;
  parts.api.account = created.account;
  const session: Session = { account: id, role: account.role, address, vault: vault?.id };
  const client = new Client({ ...parts, server, session }, opened);
  await keepPins(client, opened);
  return { client, kit };
}

/** Signs in with the password. Raises ApiError `credentials` for every reason alike. */
export async function signIn(parts: Parts, typed: string, password: string): Promise<Client> {
  const server = await lookAt(parts.api);
  const address = normaliseAddress(typed);
  const asked = { address, method: 'password' } as const;
  const { challenge, salt, ...parameters } = await parts.api.post(
    '/sessions/challenge',
    asked,
    readPasswordChallenge,
  );
  // Refuses parameters outside the limits before deriving: a server must not make this device do too little or too much.
  const keys = deriveKeys(password, { address, salt, parameters });
  const answer = await logIn(parts, server, { ...asked, challenge }, keys.login);
  const expected = await expectedOf(parts, answer);
  const opened = openWithPassword(answer.keyring, keys, expected);
  return begin(parts, server, { answer, address }, opened);
}

/** Signs in with the kit and sets a new password; other sessions end. Raises malformed for words that are no kit. */
export async function recover(parts: Parts, typed: string, kit: Kit, password: string): Promise<Client> {
  const server = await lookAt(parts.api);
  const address = normaliseAddress(typed);
  await checkPolicy(password, [address]);
  const asked = { address, method: 'kit' } as const;
  const { challenge } = await parts.api.post('/sessions/challenge', asked, readChallenge);
  const answer = await logIn(parts, server, { ...asked, challenge }, kit.loginKey());
  const opened = openWithKit(answer.keyring, kit, await expectedOf(parts, answer));
  const client = await begin(parts, server, { answer, address }, opened);
  await changePassword(client, password);
  return client;
}

/** Seals the keyring for a new password under a new file key; other sessions end, the kit stays good. */
export async function changePassword(client: Client, password: string): Promise<void> {
  const { address } = client.session;
  await checkPolicy(password, [address, client.keyring.name]);
  await client.refreshKeyring();
  const keys = deriveKeys(password, { address, salt: newSalt() });
  const changed = sealForPassword(client.opened, keys);
  const body = {
    keyring: b64u(changed.data),
    sequence: changed.keyring.sequence,
    password: passwordBody(keys),
  };
  await client.api.put('/credentials', body, readSequence);
  await client.keep(changed);
}

/** A kit that is made and not yet the account's, with the keys of the present password that it takes. */
export interface NewKit {
  readonly kit: Kit;
  readonly keys: PasswordKeys;
}

/** Makes a kit on this device; the old one stays good. Raises wrong_key, tampered for another password. */
export async function makeKit(client: Client, password: string): Promise<NewKit> {
  return { kit: Kit.generate(), keys: await checkPassword(client, password) };
}

/** Seals the keyring for the new kit under a new file key: the old kit ends, and other sessions. */
export async function takeKit(client: Client, { kit, keys }: NewKit): Promise<void> {
  await client.refreshKeyring();
  const changed = sealForKit(client.opened, keys, kit);
  const { sequence } = changed.keyring;
  const key = b64u(kit.loginKey().public);
  try {
    const body = { keyring: b64u(changed.data), sequence, kit_login_key: key };
    await client.api.put('/kit', body, readSequence);
  } catch (thrown) {
    // What was lost may be the answer alone.
    if (!(thrown instanceof Unreachable)) throw thrown;
    const { keyring } = await client.api.get('/keyring', readKeyring);
    if (!equalBytes(keyring, changed.data)) throw thrown;
  }
  await client.keep(changed);
}

/** The keys of a password, if it opens the keyring at hand; asked before that is replaced. */
export async function checkPassword(client: Client, password: string): Promise<PasswordKeys> {
  const { address, account } = client.session;
  const asked = { address, method: 'password' } as const;
  const { salt, ...rest } = await client.api.post('/sessions/challenge', asked, readPasswordChallenge);
  const parameters = { m: rest.m, t: rest.t, p: rest.p };
  const keys = deriveKeys(password, { address, salt, parameters });
  openWithPassword(client.opened.data, keys, { account });
  return keys;
}

/** Ends the session, also when the server has forgotten it before. */
export async function signOut(api: Api): Promise<void> {
  try {
    await api.delete('/sessions/current');
  } catch (thrown) {
    if (!(thrown instanceof ApiError && thrown.code === 'unauthenticated')) throw thrown;
  } finally {
    api.csrf = '';
    api.account = undefined;
  }
}

async function logIn(
  parts: Parts,
  server: ServerAnswer,
  asked: { readonly address: Address; readonly method: Login['method']; readonly challenge: Uint8Array },
  key: SigningKey,
): Promise<SignedInAnswer> {
  const login: Login = { ...asked, kind: 'login', origin: server.origin, time: parts.now() };
  return parts.api.post('/sessions', { login: signedToWire(sign(login, key)) }, readSignedIn);
}

async function expectedOf(parts: Parts, answer: SignedInAnswer) {
  const seen = await parts.pins.sequence(parts.api.origin, answer.account);
  return { account: answer.account, sequence: answer.keyring_sequence, seen };
}

/** Compares what the server says of the account with what the keyring says. */
async function begin(
  parts: Parts,
  server: ServerAnswer,
  { answer, address }: { readonly answer: SignedInAnswer; readonly address: Address },
  opened: OpenedKeyring,
): Promise<Client> {
  const { keyring } = opened;
  // A new password is bound to the address: it must be the one that was typed, not one that the server names.
  const same =
    answer.address === address &&
    answer.role === keyring.role &&
    answer.vault === keyring.vault?.id &&
    equalBytes(server.public_key, keyring.server);
  check(same, () => tampered('the server says other things of the account than its keyring'));
  const { account, role, vault, deletion_due: deletionDue } = answer;
  parts.api.csrf = answer.csrf;
  parts.api.account = account;
  const client = new Client(
    { ...parts, server, session: { account, role, address, vault, deletionDue } },
    opened,
  );
  await keepPins(client, opened);
  return client;
}

/** What other devices have seen, by the keyring, counts on this one too. */
async function keepPins(client: Client, opened: OpenedKeyring): Promise<void> {
  await pinDirectory(client.pins, client.api.origin, client.server.directory_key);
  await client.keep(opened);
  const known = Object.entries(opened.keyring.pins.vaults) as [VaultId, VaultPins][];
  for (const [vault, pins] of known) await client.pins.saveVault(client.api.origin, vault, pins);
}

interface Made {
  readonly keyring: Keyring;
  readonly card: Signed;
  readonly vault: Signed | undefined;
}

function makeKeyring(account: NewAccount, kit: Kit, server: ServerAnswer, now: number): Made {
  const signing = SigningKey.generate();
  const identity = HybridIdentity.generate();
  const me = keyId(signing.public, identity.recipient().public);
  const id = newId<AccountId>();
  const card = makeCard(account, id, { signing, identity, me }, now);
  const own = account.role === 'patient' ? makeVault() : undefined;
  const keyring: Keyring = {
    account: id,
    identity,
    kit: kit.identity().recipient().public,
    name: account.name,
    pins: { vaults: own === undefined ? {} : { [own.id]: firstPins(own.id, me) } },
    role: account.role,
    sequence: 1,
    server: server.public_key,
    signing,
    vault: own,
  };
  const vault = own === undefined ? undefined : sign(vaultStatement(own, card, me, server, now), signing);
  return { keyring, card, vault };
}

function makeCard(
  account: NewAccount,
  id: AccountId,
  keys: { readonly signing: SigningKey; readonly identity: HybridIdentity; readonly me: KeyId },
  now: number,
): Signed {
  const { name, rpps, profession, role } = account;
  const card = {
    kind: 'card',
    author: keys.me,
    time: now,
    account: id,
    recipient: keys.identity.recipient().public,
    role,
    signing: keys.signing.public,
    ...(role === 'professional' ? { name, rpps, profession } : {}),
  } as Card;
  return sign(card, keys.signing);
}

function makeVault(): OwnVault {
  const sections = SECTION_KINDS.map(() => [newId<SectionId>(), SectionSecret.generate()] as const);
  return {
    id: newId<VaultId>(),
    owner_secret: new Secret(randomBytes(32)),
    sections: Object.fromEntries(sections),
  };
}

function firstPins(vault: VaultId, owner: KeyId): VaultPins {
  const start = (chain: 'ledger' | 'accesses') => ({ head: startHead(vault, chain), size: 0 });
  return { accesses: start('accesses'), ledger: start('ledger'), owner };
}

function vaultStatement(own: OwnVault, card: Signed, me: KeyId, server: ServerAnswer, now: number): Vault {
  const vault = own.id;
  const secrets = Object.entries(own.sections) as [SectionId, SectionSecret][];
  const kinds = secrets.map(([section, secret], index) => {
    const kind = SECTION_KINDS[index] ?? 'other';
    return { section, secret, kind, name: sealName(secret, { kind }, { vault, section }) };
  });
  const inbox = kinds.find((item) => item.kind === 'inbox');
  check(inbox !== undefined, () => tampered('a vault without an inbox'));
  return {
    kind: 'vault',
    author: me,
    time: now,
    vault,
    seq: 0,
    prev: startHead(vault, 'ledger'),
    card,
    inbox: inbox.section,
    inbox_recipient: inbox.secret.dropIdentity().recipient().public,
    // Sorted by random ids, so that their order says nothing of what they are.
    sections: kinds
      .map(({ section, name }) => ({ epoch: 1, name, section }))
      .sort((a, b) => (a.section < b.section ? -1 : 1)),
    server: server.public_key,
  };
}

function passwordBody(keys: PasswordKeys) {
  const { m, t, p } = keys.parameters;
  return { salt: b64u(keys.salt), m, t, p, login_key: b64u(keys.login.public) };
}
