/** Leaving: what is signed with which key, and that a wrong password sends nothing. */
import { beforeAll, expect, test } from 'vitest';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import { b64u, newId, randomBytes, type AccountId, type Address } from '../../src/crypto/encoding.ts';
import { createKeyring, type Keyring } from '../../src/crypto/keyring.ts';
import { deriveKeys, newSalt, type PasswordKeys } from '../../src/crypto/passwords.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import { keyId, SigningKey } from '../../src/crypto/signing.ts';
import { sign, signedFromWire, statementHash, verify, type Statement } from '../../src/crypto/statements.ts';
import type { Client } from '../../src/vault/client.ts';
import { askDeletion, keepAccount, leavingState } from '../../src/vault/leaving.ts';

const ORIGIN = 'https://coffre.test';
const PASSWORD = 'orage tulipe 91 canapé';
const CHALLENGE = new Uint8Array(32).fill(7);
const ELSEWHERE = b64u(new Uint8Array(32).fill(9));
const account = newId<AccountId>();
const address = 'anne@example.org' as Address;

let keys: PasswordKeys;
let signing: SigningKey;
let keyring: Keyring;

beforeAll(async () => {
  await ready();
  keys = deriveKeys(PASSWORD, { address, salt: newSalt() });
  signing = SigningKey.generate();
  keyring = {
    account,
    identity: HybridIdentity.generate(),
    kit: Kit.generate().identity().recipient().public,
    name: 'Dr Anne',
    pins: { vaults: {} },
    role: 'professional',
    sequence: 1,
    server: randomBytes(32),
    signing,
  };
});

/** A client whose server answers this, and what was posted to it. */
function clientOf(state: object) {
  const posted: { readonly path: string; readonly body: Record<string, unknown> }[] = [];
  const { m, t, p } = keys.parameters;
  const api = {
    origin: ORIGIN,
    get: (_path: string, reader: (value: unknown) => unknown) => Promise.resolve(reader(state)),
    post: (path: string, body: Record<string, unknown>, reader: (value: unknown) => unknown) => {
      posted.push({ path, body });
      const challenge = { challenge: b64u(CHALLENGE), salt: b64u(keys.salt), m, t, p };
      return Promise.resolve(reader(path.includes('challenge') ? challenge : state));
    },
  };
  const client = {
    api,
    session: { account, address, role: 'professional' },
    server: { origin: ORIGIN },
    opened: createKeyring(keyring, keys),
    me: keyId(signing.public, keyring.identity.recipient().public),
    now: () => 1_800_000_000,
    sign: (statement: Statement) => sign(statement, signing),
  };
  return { client: client as unknown as Client, posted };
}

test('the wish is signed with the key that the password gives, and named by its own hash', async () => {
  const { client, posted } = clientOf({ request: ELSEWHERE, requested: 1_800_000_000, due: 1_800_604_800 });
  await expect(askDeletion(client, `${PASSWORD}!`)).rejects.toThrow();
  expect(posted.map(({ path }) => path)).toEqual(['/sessions/challenge']);

  const { request, due } = await askDeletion(client, PASSWORD);
  const [, , { path, body } = { path: '', body: {} }] = posted;
  expect(path).toBe('/account/deletion');
  const signed = signedFromWire(body.deletion);
  const wish = verify(signed, 'account_deletion', keys.login.public);
  expect(wish).toMatchObject({ account, address, origin: ORIGIN, challenge: CHALLENGE });
  expect(request).toEqual(statementHash(signed.statement));
  expect(due).toBe(1_800_604_800);
});

test('keeping is signed with the account’s own key, and only when there is something to keep', async () => {
  const quiet = clientOf({ days: 7 });
  expect(await leavingState(quiet.client)).toEqual({ days: 7 });
  await keepAccount(quiet.client);
  expect(quiet.posted).toEqual([]);

  const { client, posted } = clientOf({ days: 7, deletion: { request: ELSEWHERE, requested: 1, due: 2 } });
  await keepAccount(client);
  const [{ path, body } = { path: '', body: {} }] = posted;
  expect(path).toBe('/account/keeping');
  const kept = verify(signedFromWire(body.keeping), 'account_keeping', signing.public);
  expect([kept.account, kept.author, b64u(kept.deletion)]).toEqual([account, client.me, ELSEWHERE]);
});
