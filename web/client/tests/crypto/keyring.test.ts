import { beforeAll, describe, expect, test } from 'vitest';
import { HybridRecipient } from '../../src/crypto/age_recipients.ts';
import {
  b64u,
  hex,
  newId,
  randomBytes,
  type AccountId,
  type SectionId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import {
  changePassword,
  createKeyring,
  keyIdOf,
  openWithKit,
  addPasskey,
  openWithPasskey,
  openWithPassword,
  removePasskey,
  replaceKit,
  rewriteKeyring,
  type Keyring,
} from '../../src/crypto/keyring.ts';
import {
  checkPolicy,
  DEFAULT_PARAMETERS,
  deriveKeys,
  newSalt,
  score,
  WeakPassword,
  type PasswordKeys,
} from '../../src/crypto/passwords.ts';
import { Passkey } from '../../src/crypto/passkeys.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { Secret } from '../../src/crypto/records.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import { SectionSecret } from '../../src/crypto/sections.ts';
import { SigningKey } from '../../src/crypto/signing.ts';
import { person } from './samples.ts';
import { codeOf } from './vectors.ts';

/** Why the policy refuses a password. */
async function weaknessOf(password: string): Promise<string | undefined> {
  try {
    await checkPolicy(password);
  } catch (thrown) {
    return thrown instanceof WeakPassword ? thrown.reason : undefined;
  }
  return undefined;
}

const kit = Kit.generate();
let ring: Keyring;

beforeAll(async () => {
  await ready();
  const { card, identity, key } = person('patient');
  ring = {
    account: card.account,
    identity,
    kit: kit.identity().recipient().public,
    name: 'Élodie Martin',
    pins: { vaults: {} },
    role: 'patient',
    sequence: 1,
    server: randomBytes(32),
    signing: key,
    vault: {
      id: newId<VaultId>(),
      owner_secret: new Secret(randomBytes(32)),
      sections: { [newId<SectionId>()]: SectionSecret.generate() },
    },
  };
});

/** Keys as if derived; Argon2id itself is in the vectors. */
function someKeys(): PasswordKeys {
  return {
    salt: newSalt(),
    parameters: DEFAULT_PARAMETERS,
    unlock: new Secret(randomBytes(32)),
    login: SigningKey.generate(),
  };
}

function newPasskey(length: number): Passkey {
  return new Passkey(randomBytes(length), randomBytes(32));
}

describe('keyring', () => {
  test('password and kit open it; a rewrite keeps the header; a new password replaces the old, not the kit', async () => {
    const keys = someKeys();
    const first = createKeyring(ring, keys);
    expect(keyIdOf(openWithPassword(first.data, keys, { account: ring.account }).keyring)).toBe(
      keyIdOf(ring),
    );
    const second = rewriteKeyring(first, { ...ring, name: 'Élodie Durand' });
    const read = openWithKit(second.data, kit, { account: ring.account, sequence: 2, seen: 2 });
    expect(read.keyring.name).toBe('Élodie Durand');
    const next = someKeys();
    const third = changePassword(read, next);
    expect(openWithPassword(third.data, next, { account: ring.account }).keyring.sequence).toBe(3);
    expect(openWithKit(third.data, kit, { account: ring.account }).keyring.sequence).toBe(3);
    expect(await codeOf(() => openWithPassword(third.data, keys, { account: ring.account }))).toBe(
      'tampered',
    );
    const guessed = { ...next, unlock: keys.unlock };
    expect(await codeOf(() => openWithPassword(third.data, guessed, { account: ring.account }))).toBe(
      'wrong_key',
    );
  });

  test('passkeys are added and removed; kit and password are replaced; only what is named opens', async () => {
    const { account } = ring;
    const keys = someKeys();
    const [phone, stick] = [newPasskey(9), newPasskey(200)];
    const first = createKeyring(ring, keys);
    const second = addPasskey(addPasskey(first, stick, 'Clé USB'), phone, 'Téléphone');
    expect(second.keyring.sequence).toBe(3);
    for (const passkey of [phone, stick]) {
      const read = openWithPasskey(second.data, passkey, { account, sequence: 3 });
      expect(read.keyring.passkeys?.map(({ name }) => name).sort()).toEqual(['Clé USB', 'Téléphone']);
    }
    expect(openWithPassword(second.data, keys, { account }).keyring.sequence).toBe(3);
    const third = rewriteKeyring(second, { ...second.keyring, name: 'Élodie Durand' });
    expect(openWithPasskey(third.data, phone, { account }).keyring.name).toBe('Élodie Durand');
    const code = await codeOf(() => rewriteKeyring(second, { ...second.keyring, passkeys: undefined }));
    expect(code).toBe('malformed');

    const next = someKeys();
    const fourth = changePassword(third, next);
    expect(openWithPasskey(fourth.data, stick, { account }).keyring.sequence).toBe(5);
    const fifth = removePasskey(fourth, next, stick.credential);
    expect(await codeOf(() => openWithPasskey(fifth.data, stick, { account }))).toBe('wrong_key');
    expect(openWithPasskey(fifth.data, phone, { account }).keyring.passkeys).toHaveLength(1);
    const last = removePasskey(fifth, next, phone.credential);
    expect(last.keyring.passkeys).toBeUndefined();

    const other = Kit.generate();
    const sixth = replaceKit(last, next, other);
    expect(openWithKit(sixth.data, other, { account }).keyring.sequence).toBe(8);
    expect(await codeOf(() => openWithKit(sixth.data, kit, { account }))).toBe('wrong_key');
  });

  test('faults with passkeys', async () => {
    const keys = someKeys();
    const phone = newPasskey(9);
    const opened = addPasskey(createKeyring(ring, keys), phone, 'Téléphone');
    const wrong = { ...keys, unlock: new Secret(randomBytes(32)) };
    const codes: readonly (readonly [string, () => unknown])[] = [
      ['malformed', () => addPasskey(opened, phone, 'again')],
      ['malformed', () => addPasskey(opened, newPasskey(9), '')],
      ['malformed', () => new Passkey(randomBytes(4), randomBytes(31))],
      ['malformed', () => removePasskey(opened, keys, randomBytes(9))],
      ['wrong_key', () => removePasskey(opened, wrong, phone.credential)],
      ['wrong_key', () => replaceKit(opened, wrong, Kit.generate())],
      ['wrong_key', () => openWithPasskey(opened.data, newPasskey(9), { account: ring.account })],
      [
        'limit_exceeded',
        () => {
          let full = opened;
          for (let count = 1; count <= 16; count++) full = addPasskey(full, newPasskey(9), 'one more');
        },
      ],
    ];
    for (const [code, action] of codes) expect(await codeOf(action)).toBe(code);
    expect(`${String(phone)}${JSON.stringify(phone)}`).toBe('[passkey]"[passkey]"');
  });

  test('one fault is one code', async () => {
    const keys = someKeys();
    const { data } = createKeyring(ring, keys);
    const { account } = ring;
    const open = (expected: Partial<Parameters<typeof openWithPassword>[2]>): unknown =>
      openWithPassword(data, keys, { account, ...expected });
    expect(await codeOf(() => open({ sequence: 2 }))).toBe('tampered');
    expect(await codeOf(() => open({ seen: 2 }))).toBe('stale');
    expect(await codeOf(() => open({ account: newId<AccountId>() }))).toBe('wrong_key');
    expect(await codeOf(() => openWithKit(data, Kit.generate(), { account }))).toBe('wrong_key');
    expect(await codeOf(() => rewriteKeyring(createKeyring(ring, keys), { ...ring, account: newId() }))).toBe(
      'malformed',
    );
    expect(await codeOf(() => createKeyring({ ...ring, vault: undefined }, keys))).toBe('malformed');
  });

  test('a changed, dropped or added byte anywhere is a typed error', async () => {
    const keys = someKeys();
    const { data } = createKeyring(ring, keys);
    const step = Math.max(1, Math.floor(data.length / 150));
    for (let at = 0; at < data.length; at += step) {
      const flipped = data.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const dropped = Uint8Array.from([...data.subarray(0, at), ...data.subarray(at + 1)]);
      const added = Uint8Array.from([...data.subarray(0, at), 0x41, ...data.subarray(at)]);
      for (const bad of [flipped, dropped, added, data.subarray(0, at)]) {
        const code = await codeOf(() => openWithPassword(bad, keys, { account: ring.account }));
        expect(code).not.toBe('ok');
      }
    }
  });

  test('secrets do not show', async () => {
    const opened = createKeyring(ring, someKeys());
    const shown =
      JSON.stringify([opened.keyring, opened.fileKey, kit, someKeys()]) + String(ring.signing) + String(kit);
    for (const secret of [ring.identity.seed, ring.signing.seed, opened.fileKey.reveal()]) {
      expect(shown).not.toContain(b64u(secret));
      expect(shown).not.toContain(JSON.stringify(Array.from(secret)).slice(1, -1));
    }
    expect(shown).toContain('[signing key]');
    expect(await kit.words('english')).toMatch(/^[a-z]+( [a-z]+){11}$/);
  });

  test('a recipient of another length is malformed', async () => {
    expect(await codeOf(() => new HybridRecipient(new Uint8Array(1215)))).toBe('malformed');
  });
});

describe('passwords', () => {
  test.each([
    ['court', 'too_short'],
    ['x'.repeat(1025), 'too_long'],
    ['motdepassemotdepasse', 'guessable'],
    ['aaaaaaaaaaaaaaaaaaaa', 'guessable'],
    ['123456789012345678', 'guessable'],
  ])('%.20s is refused', async (password, reason) => {
    expect(await weaknessOf(password)).toBe(reason);
    expect(await codeOf(() => checkPolicy(password))).toBe('weak_password');
  });

  test('a passphrase is accepted, unless it is the name that everyone knows', async () => {
    await checkPolicy('orage tulipe canapé 91 falaise');
    expect(await score('orage tulipe canapé 91 falaise')).toBe(4);
    const name = 'Élodie-Ottavia Quincampoix';
    expect(await score(name, [name])).toBeLessThan(await score(name));
  });

  test('the length counts characters after NFKC', async () => {
    // One ligature, eighteen characters after NFKC; fourteen code points, seven after it.
    await checkPolicy('\ufdfa');
    const accents = 'e\u0301a\u0300u\u0302i\u0308o\u0302c\u0327n\u0303';
    expect(await weaknessOf(accents)).toBe('too_short');
  });

  test.each([
    { m: 65_535, t: 3, p: 1 },
    { m: 65_536, t: 2, p: 1 },
    { m: 65_536, t: 3, p: 2 },
    { m: 1_048_577, t: 3, p: 1 },
    { m: 65_536, t: 17, p: 1 },
    { m: 65_536.5, t: 3, p: 1 },
    { m: Number.NaN, t: 3, p: 1 },
  ])('cost $m $t $p is refused before deriving', async (parameters) => {
    const untouched = new Proxy(newSalt(), {
      get: () => {
        throw new Error('the salt was looked at');
      },
    });
    const derive = (): unknown =>
      deriveKeys('orage tulipe canapé', { address: 'a@b.c', salt: untouched, parameters });
    expect(await codeOf(derive)).toBe('limit_exceeded');
  });

  test('salt and address bind the keys', () => {
    const salt = newSalt();
    const derive = (address: string, password = 'orage tulipe ﬁn'): string =>
      hex(deriveKeys(password, { address, salt }).unlock.reveal());
    expect(derive('A@b.c')).toBe(derive('a@B.c', 'orage tulipe fin'));
    expect(derive('a@b.d')).not.toBe(derive('a@b.c'));
  });
});
