/**
 * What the benchmarks measure in a worker (tests/bench/bench_browser_crypto.py prints it). Each operation does its work once and
 * answers with seconds, so that the caller can take the sides in turn.
 */
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { drain, seconds } from './measured.ts';
import { without } from './platform.ts';
import { people } from './people.ts';
import { newFileKey } from '../../../src/crypto/age_file.ts';
import { HybridIdentity } from '../../../src/crypto/age_recipients.ts';
import { sealChunks } from '../../../src/crypto/age_stream.ts';
import { ContentHasher } from '../../../src/crypto/content.ts';
import { ObjectSealer } from '../../../src/crypto/document.ts';
import {
  newId,
  randomBytes,
  type DocumentId,
  type GrantId,
  type SectionId,
} from '../../../src/crypto/encoding.ts';
import * as grants from '../../../src/crypto/grants.ts';
import { openMetadata, sealMetadata, type Metadata } from '../../../src/crypto/metadata.ts';
import { deriveKeys, newSalt } from '../../../src/crypto/passwords.ts';
import { bulkCipher, chachaSeal, webCryptoBulk } from '../../../src/crypto/primitives.ts';
import * as sections from '../../../src/crypto/sections.ts';
import { blobSource, lent, Sink } from '../../../src/crypto/sources.ts';
import { bundleHash, sign, verify, type Rotation } from '../../../src/crypto/statements.ts';
import { NOW } from '../samples.ts';

const CHUNK = 65_536;
const ALGORITHM = 'ChaCha20-Poly1305';

type Bytes = Uint8Array<ArrayBuffer>;

const sink = new Sink();

/** WebCrypto's cipher for each chunk, 16 calls awaited together and two such groups under way: no format, no counter. */
async function bare(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const cipher = await webCryptoBulk(new Uint8Array(32));
  if (cipher === null) throw new Error('this browser has no ChaCha20-Poly1305');
  const nonce = new Uint8Array(12);
  const seal = (group: Uint8Array) => {
    const chunks = Array.from({ length: Math.ceil(group.length / CHUNK) }, (_, i) =>
      cipher.seal(nonce, group.subarray(i * CHUNK, (i + 1) * CHUNK) as Bytes),
    );
    return Promise.all(chunks);
  };
  return seconds(async () => {
    let before: Promise<Uint8Array[]> = Promise.resolve([]);
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += 16 * CHUNK) {
        const next = seal(piece.subarray(at, at + 16 * CHUNK));
        for (const sealed of await before) sink.free(sealed);
        before = next;
      }
    }
    await before;
  });
}

export function bareWebCrypto({ file }: { file: Blob }): Promise<number> {
  return bare(lent(blobSource(file)));
}

/** Over as many bytes in memory as the file has. */
export function bareWebCryptoInMemory({ file }: { file: Blob }): Promise<number> {
  const piece = new Uint8Array(1 << 20);
  async function* zeros(): AsyncGenerator<Uint8Array> {
    for (let given = 0; given < file.size; given += piece.length) yield await Promise.resolve(piece);
  }
  return bare(zeros());
}

/** libsodium.js called in a plain loop: nothing of ours stands between the calls but the reading. */
export async function bareLibsodium({ file }: { file: Blob }): Promise<number> {
  const [key, nonce] = [new Uint8Array(32), new Uint8Array(12)];
  return seconds(async () => {
    for await (const piece of lent(blobSource(file))) {
      for (let at = 0; at < piece.length; at += CHUNK) {
        sink.free(chachaSeal(key, nonce, piece.subarray(at, at + CHUNK)));
      }
    }
  });
}

export async function bareLibsodiumInMemory({ file }: { file: Blob }): Promise<number> {
  const [key, nonce, chunk] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(CHUNK)];
  return seconds(() => {
    for (let offset = 0; offset < file.size; offset += CHUNK) sink.free(chachaSeal(key, nonce, chunk));
  });
}

/** The age payload of a file: what the npm package and stock age make. */
export async function payload({ file }: { file: Blob }): Promise<number> {
  return seconds(() => drain(sealChunks(newFileKey(), lent(blobSource(file)))));
}

/** A whole object: payload, padding, hash of the content, SHA-256 of each part. */
export async function object({ file }: { file: Blob }): Promise<number> {
  return seconds(async () => {
    const sealer = new ObjectSealer(file, { fileKey: newFileKey() });
    for await (const part of sealer.parts()) sealer.reuse(part);
  });
}

/** The engine that `bulkCipher` takes in each of the two cases: what the benchmark's sides rest on. */
export async function engines(): Promise<{ native: number; fallback: number }> {
  const parallel = async (): Promise<number> => (await bulkCipher(new Uint8Array(32))).parallel;
  return { native: await parallel(), fallback: await without(ALGORITHM, parallel) };
}

/** As in a browser whose WebCrypto does not know the cipher. */
export function payloadByLibsodium(given: { file: Blob }): Promise<number> {
  return without(ALGORITHM, () => payload(given));
}

export function objectByLibsodium(given: { file: Blob }): Promise<number> {
  return without(ALGORITHM, () => object(given));
}

export async function npmAge({ file }: { file: Blob }): Promise<number> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(await generateIdentity()));
  return seconds(async () => {
    const reader = (await encrypter.encrypt(file.stream())).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) sink.free(next.value);
  });
}

/** The hash of the content alone, over bytes in memory. */
export async function hash({ file }: { file: Blob }): Promise<number> {
  const hasher = new ContentHasher();
  const data = new Uint8Array(CHUNK);
  return seconds(async () => {
    for (let offset = 0; offset < file.size; offset += CHUNK) await hasher.update(data);
    await hasher.digest();
  });
}

/** Reading the file alone: every side but those in memory pays for it. */
export async function reading({ file }: { file: Blob }): Promise<number> {
  return seconds(() => drain(blobSource(file)));
}

/** An object of a document that never stands in memory: small blobs, repeated. */
export async function large({ size }: { size: number }): Promise<number> {
  const step = 8 << 20;
  const piece = new Blob([Uint8Array.from(randomBytes(step))]);
  return object({ file: new Blob(Array.from({ length: size / step }, () => piece)) });
}

function filing(): sections.Filing {
  const { vault, section } = people();
  return { vault, section, epoch: 1, document: newId<DocumentId>(), version: 1 };
}

export async function wraps({ count }: { count: number }): Promise<number> {
  const secret = sections.SectionSecret.generate();
  const place = filing();
  const fileKey = newFileKey();
  return seconds(() => {
    for (let i = 0; i < count; i++) sections.wrapFileKey(secret, { ...place, version: i + 1 }, fileKey);
  });
}

export async function metadata({ count }: { count: number }): Promise<number> {
  const secret = sections.SectionSecret.generate();
  const place = filing();
  const described: Metadata = {
    author: 'Dr Nadia Benali',
    date: '2026-02-28',
    mime: 'application/pdf',
    name: 'compte rendu.pdf',
    content: randomBytes(32),
    size: 123_456,
    tags: ['suivi'],
    title: 'Compte rendu',
    type: '11506-3',
  };
  const sealed = Array.from({ length: count }, (_, i) => ({
    place: { ...place, version: i + 1 },
    data: sealMetadata(secret, { ...place, version: i + 1 }, described),
  }));
  return seconds(() => {
    for (const one of sealed) openMetadata(secret, one.place, one.data);
  });
}

export async function statements({ count }: { count: number }): Promise<number> {
  const { patient, revocation } = people();
  const signed = Array.from({ length: count }, (_, i) => sign({ ...revocation, seq: i }, patient.key));
  return seconds(() => {
    for (const one of signed) verify(one, 'revocation', patient.key.public);
  });
}

export async function bundle({ count }: { count: number }): Promise<number> {
  const { patient, vault, section } = people();
  const grant = newId<GrantId>();
  const doctor = HybridIdentity.generate();
  const recipient = doctor.recipient();
  const contents: grants.Bundle = {
    card: patient.signedCard,
    grant,
    ledger: { head: randomBytes(32), size: 4 },
    patient: 'Élodie Martin',
    sections: { [section]: sections.SectionSecret.generate() },
    vault,
  };
  const taken = await seconds(() => {
    for (let i = 0; i < count; i++) {
      const data = grants.sealForProfessional(contents, recipient);
      const expected = { bundle: bundleHash(data), sections: [{ section, epoch: 1 }], vault, grant };
      grants.openForProfessional(data, doctor, expected);
    }
  });
  return taken / count;
}

export async function password(): Promise<number> {
  const salt = newSalt();
  return seconds(() => deriveKeys('orage tulipe canapé 91 falaise', { address: 'elodie@example.org', salt }));
}

/** What a rotation of all sections is made of, but for its network: secrets, ladders, names, bundles, one signature. */
export async function rotation(size: { grants: number; sections: number }): Promise<number> {
  const { patient, vault } = people();
  const older = new Map(
    Array.from(
      { length: size.sections },
      () => [newId<SectionId>(), sections.SectionSecret.generate()] as const,
    ),
  );
  const readers = Array.from({ length: size.grants }, () => ({
    grant: newId<GrantId>(),
    recipient: HybridIdentity.generate().recipient(),
  }));
  return seconds(() => {
    const fresh = new Map([...older.keys()].map((id) => [id, sections.SectionSecret.generate(2)] as const));
    const next = [...fresh]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([section, secret]) => {
        const where = { vault, section };
        const before = older.get(section) ?? secret;
        const ladder = sections.makeLadder(secret, before, where);
        return { epoch: 2, ladder, name: sections.sealName(secret, { kind: 'imaging' }, where), section };
      });
    const bundles = readers.map(({ grant, recipient }) => {
      const contents: grants.Bundle = {
        card: patient.signedCard,
        grant,
        ledger: { head: randomBytes(32), size: 4 },
        patient: 'Élodie Martin',
        sections: Object.fromEntries(fresh),
        vault,
      };
      return { grant, bundle: bundleHash(grants.sealForProfessional(contents, recipient)) };
    });
    const statement: Rotation = {
      author: patient.card.author,
      grants: bundles.sort((one, other) => (one.grant < other.grant ? -1 : 1)),
      kind: 'rotation',
      prev: randomBytes(32),
      sections: next,
      seq: 1,
      time: NOW,
      vault,
    };
    sign(statement, patient.key);
  });
}
