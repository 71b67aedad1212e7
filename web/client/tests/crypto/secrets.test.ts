/** What holds a secret shows none of it: printed, serialised, or copied by postMessage out of the worker. */
import { beforeAll, expect, test } from 'vitest';
import {
  HybridIdentity,
  ScryptIdentity,
  ScryptRecipient,
  X25519Identity,
} from '../../src/crypto/age_recipients.ts';
import { b64u, hex, newId, utf8, type GrantId, type VaultId } from '../../src/crypto/encoding.ts';
import { Invitation } from '../../src/crypto/grants.ts';
import { Passkey } from '../../src/crypto/passkeys.ts';
import { deriveKeys, newSalt } from '../../src/crypto/passwords.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { Secret } from '../../src/crypto/records.ts';
import { Kit } from '../../src/crypto/recovery.ts';
import { SectionSecret } from '../../src/crypto/sections.ts';
import { ShareLink } from '../../src/crypto/share.ts';
import { SigningKey } from '../../src/crypto/signing.ts';

beforeAll(ready);

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => 101 + index);
const TEXT = 'orage tulipe canapé 91 falaise';

const HOLDERS: Readonly<Record<string, () => object>> = {
  Secret: () => new Secret(SECRET),
  SigningKey: () => SigningKey.fromSeed(SECRET),
  HybridIdentity: () => new HybridIdentity(SECRET),
  X25519Identity: () => new X25519Identity(SECRET),
  ScryptIdentity: () => new ScryptIdentity(TEXT),
  ScryptRecipient: () => new ScryptRecipient(TEXT),
  Kit: () => new Kit(SECRET.subarray(0, 16)),
  Passkey: () => new Passkey(new Uint8Array(8), SECRET),
  SectionSecret: () => {
    const secret = new SectionSecret(1, SECRET);
    secret.wrapKey();
    return secret;
  },
  Invitation: () => new Invitation(newId<VaultId>(), newId<GrantId>(), SECRET),
  ShareLink: () => new ShareLink({ url: 'https://coffre.example/a', key: SECRET, exp: 1 }),
  PasswordKeys: () => deriveKeys(TEXT, { address: 'a@b.c', salt: newSalt() }),
};

/** Everything in a value that its copy would carry to another thread. */
function contents(value: unknown): string {
  if (value instanceof Uint8Array) return `${hex(value)} ${b64u(value)}`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inside]) => `${name} ${contents(inside)}`)
    .join(' ');
}

test.each(Object.entries(HOLDERS))('%s', (_name, make) => {
  const holder = make();
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- the default would be fine too
  const shown = [JSON.stringify(holder), String(holder), contents(structuredClone(holder))].join(' ');
  const start = SECRET.subarray(0, 16);
  const forms = [hex(start), b64u(start).slice(0, 20), hex(utf8(TEXT)).slice(0, 20), 'tulipe', '101,102,103'];
  for (const form of forms) expect(shown).not.toContain(form);
});

test('a copy of derived keys opens nothing', () => {
  const keys = deriveKeys(TEXT, { address: 'a@b.c', salt: newSalt() });
  const copied = contents(structuredClone(keys));
  expect(copied).not.toContain(hex(keys.unlock.reveal()));
  expect(copied).not.toContain(hex(keys.login.seed));
});
