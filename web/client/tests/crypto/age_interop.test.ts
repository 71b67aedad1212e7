/** Files that the npm package age-encryption wrote are opened, and ours by it; in Node and in the browser. */
import { Decrypter, Encrypter } from 'age-encryption';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeHeader, newFileKey, openFile, openHeader, sealFile } from '../../src/crypto/age_file.ts';
import {
  HybridIdentity,
  ScryptIdentity,
  ScryptRecipient,
  X25519Identity,
} from '../../src/crypto/age_recipients.ts';
import { CHUNK_SIZE, openChunks, PayloadReader, sealChunks } from '../../src/crypto/age_stream.ts';
import { armor, dearmor } from '../../src/crypto/armor.ts';
import { gather } from '../../src/crypto/document.ts';
import { concat, randomBytes } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { blobRanges, blobSource } from '../../src/crypto/sources.ts';
import { expectBytes } from './vectors.ts';

beforeAll(ready);

// Around the borders of one chunk, of a batch that is under way at once, and some megabytes.
const SIZES = [1, 2, 16, 32, 100].flatMap((chunks) =>
  [-1, 0, 1].map((beside) => chunks * CHUNK_SIZE + beside),
);

function blobOf(...data: readonly Uint8Array[]): Blob {
  return new Blob([concat(...data)]);
}

describe('payloads', () => {
  test.each([0, 1, ...SIZES])('of %d bytes, in both directions', async (size) => {
    const identity = X25519Identity.generate();
    const plain = randomBytes(size);

    const fileKey = newFileKey();
    const header = makeHeader([identity.recipient().wrap(fileKey)], fileKey);
    const ours = concat(header, await gather(sealChunks(fileKey, blobSource(blobOf(plain)))));
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity.text());
    expectBytes(await decrypter.decrypt(ours), plain);

    const encrypter = new Encrypter();
    encrypter.addRecipient(identity.recipient().toString());
    const theirs = await encrypter.encrypt(plain);
    const opened = openHeader(theirs, [identity]);
    const payload = theirs.subarray(opened.length);
    expectBytes(await gather(openChunks(opened.fileKey, blobSource(blobOf(payload)))), plain);
    const reader = await PayloadReader.open(opened.fileKey, blobRanges(blobOf(payload)), payload.length);
    const start = Math.max(0, size - CHUNK_SIZE - 5);
    expectBytes(await reader.openRange(start, 10), plain.subarray(start, start + 10));
  });
});

describe('recipients', () => {
  const plain = randomBytes(1000);

  test('post-quantum, and several at once', async () => {
    const identities = [HybridIdentity.generate(), HybridIdentity.generate()];
    const recipients = identities.map((identity) => identity.recipient());
    const ours = sealFile(plain, recipients);
    const encrypter = new Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient.toString());
    const theirs = await encrypter.encrypt(plain);
    for (const identity of identities) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity.text());
      expectBytes(await decrypter.decrypt(ours), plain);
      expectBytes(openFile(theirs, [identity]), plain);
    }
  });

  test('passphrases', async () => {
    const decrypter = new Decrypter();
    decrypter.addPassphrase('orage tulipe');
    expectBytes(await decrypter.decrypt(sealFile(plain, [new ScryptRecipient('orage tulipe', 10)])), plain);
    const encrypter = new Encrypter();
    encrypter.setPassphrase('orage tulipe');
    encrypter.setScryptWorkFactor(10);
    expectBytes(openFile(await encrypter.encrypt(plain), [new ScryptIdentity('orage tulipe')]), plain);
  });

  test('armor', async () => {
    const age = await import('age-encryption');
    for (const size of [0, 47, 48, 49, 1000]) {
      const data = randomBytes(size);
      expectBytes(age.armor.decode(new TextDecoder().decode(armor(data))), data);
      expectBytes(dearmor(new TextEncoder().encode(age.armor.encode(data))), data);
    }
    expect(age.armor.encode(new Uint8Array(3))).toBe(new TextDecoder().decode(armor(new Uint8Array(3))));
  });
});
