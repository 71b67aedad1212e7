import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { newFileKey } from '../../src/crypto/age_file.ts';
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import {
  CHUNK_SIZE,
  openBytes,
  openChunks,
  payloadLength,
  plaintextLength,
  sealBytes,
  sealChunks,
} from '../../src/crypto/age_stream.ts';
import {
  exportObject,
  gather,
  makeHeader,
  objectLength,
  ObjectSealer,
  openHeader,
  openHeaderAsAuthor,
  openObject,
  openWholeObject,
  refileHeader,
  type SealedObject,
} from '../../src/crypto/document.ts';
import {
  concat,
  newId,
  randomBytes,
  type DocumentId,
  type SectionId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { openFile } from '../../src/crypto/age_file.ts';
import { SectionSecret, type Filing } from '../../src/crypto/sections.ts';
import { codeOf, expectBytes } from './vectors.ts';

beforeAll(ready);

const PART = 5 << 20;

async function sealed(
  plain: Uint8Array,
  fileKey: Uint8Array,
): Promise<{ object: Uint8Array; facts: SealedObject }> {
  const sealer = new ObjectSealer(new Blob([Uint8Array.from(plain)]), { fileKey, partSize: PART });
  const parts: Uint8Array[] = [];
  const buffers = new Set<ArrayBuffer>();
  for await (const part of sealer.parts()) {
    expect(part.offset).toBe(part.number * PART);
    parts.push(part.data.slice());
    buffers.add(part.data.buffer);
    sealer.reuse(part);
  }
  // The third part was written over the first.
  if (parts.length > 3) expect(buffers.size).toBeLessThan(parts.length);
  return { object: concat(...parts), facts: sealer.result() };
}

function* pieces(data: Uint8Array, step: number): Generator<Uint8Array> {
  for (let start = 0; start < data.length; start += step) yield data.subarray(start, start + step);
}

describe('payloads', () => {
  const borders = [
    0,
    1,
    CHUNK_SIZE - 1,
    CHUNK_SIZE,
    CHUNK_SIZE + 1,
    16 * CHUNK_SIZE,
    16 * CHUNK_SIZE + 1,
    33 * CHUNK_SIZE,
  ];
  test.each(borders)('of %d bytes: streamed and whole are the same format', async (size) => {
    const fileKey = newFileKey();
    const plain = randomBytes(size);
    const whole = sealBytes(fileKey, plain);
    const streamed = await gather(sealChunks(fileKey, pieces(plain, 70_001)));
    for (const payload of [whole, streamed]) {
      expect(payload.length).toBe(payloadLength(size));
      expect(plaintextLength(payload.length)).toBe(size);
      expectBytes(openBytes(fileKey, payload), plain);
      expectBytes(await gather(openChunks(fileKey, pieces(payload, 70_003))), plain);
    }
    for (const cut of [1, 16, 17, CHUNK_SIZE + 16, CHUNK_SIZE]) {
      if (cut > whole.length) continue;
      const shorter = whole.subarray(0, whole.length - cut);
      expect(await codeOf(() => openBytes(fileKey, shorter))).toBe('tampered');
      expect(await codeOf(() => gather(openChunks(fileKey, [shorter])))).toBe('tampered');
    }
    const longer = concat(whole, new Uint8Array(1));
    expect(await codeOf(() => openBytes(fileKey, longer))).toBe('tampered');
    expect(await codeOf(() => gather(openChunks(fileKey, [longer])))).toBe('tampered');
  });

  test('a flipped bit anywhere is tampered', async () => {
    const fileKey = newFileKey();
    const payload = sealBytes(fileKey, randomBytes(CHUNK_SIZE + 500));
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = payload.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect(await codeOf(() => openBytes(fileKey, flipped))).toBe('tampered');
        expect(await codeOf(() => gather(openChunks(fileKey, [flipped])))).toBe('tampered');
      }),
      { numRuns: 40 },
    );
  });
});

describe('objects', () => {
  test.each([1, 65_535, 3 << 20, 3 * PART + 5])('of %d bytes open again, padded', async (size) => {
    const fileKey = newFileKey();
    const plain = randomBytes(size);
    const { object, facts } = await sealed(plain, fileKey);
    expect(object.length).toBe(objectLength(size));
    expect(facts.parts).toHaveLength(Math.ceil(object.length / PART));
    expectBytes(await openWholeObject(pieces(object, 100_000), facts, facts, fileKey), plain);
  });

  test('a changed, cut, longer or swapped object is tampered and gives no wrong byte', async () => {
    const fileKey = newFileKey();
    const plain = randomBytes(PART + 1000);
    const { object, facts } = await sealed(plain, fileKey);
    const flipped = object.slice();
    flipped[PART + 50] = (flipped[PART + 50] ?? 0) ^ 1;
    const padding = object.slice();
    padding[object.length - 1] = (padding[object.length - 1] ?? 0) ^ 1;
    const swapped = concat(object.subarray(PART), object.subarray(0, PART));
    for (const bad of [
      flipped,
      padding,
      swapped,
      object.subarray(1),
      object.subarray(0, -1),
      concat(object, new Uint8Array(1)),
    ]) {
      let given = 0;
      const code = await codeOf(async () => {
        for await (const piece of openObject([bad], facts, facts, fileKey)) {
          expectBytes(piece, plain.subarray(given, given + piece.length));
          given += piece.length;
        }
      });
      expect(code).toBe('tampered');
      expect(given).toBeLessThan(plain.length);
    }
  });

  test('facts that differ are refused', async () => {
    const fileKey = newFileKey();
    const { object, facts } = await sealed(randomBytes(1000), fileKey);
    const open = (change: Partial<SealedObject>, key = fileKey): Promise<unknown> =>
      openWholeObject([object], { ...facts, ...change }, { ...facts, ...change }, key);
    expect(await codeOf(() => open({ content: new Uint8Array(32) }))).toBe('tampered');
    expect(await codeOf(() => open({ size: 999 }))).toBe('tampered');
    expect(await codeOf(() => open({ length: facts.length - 1 }))).toBe('tampered');
    expect(await codeOf(() => open({ digest: new Uint8Array(32) }))).toBe('tampered');
    expect(await codeOf(() => open({}, newFileKey()))).toBe('tampered');
  });

  test('sizes and part sizes outside the limits are refused', async () => {
    const fileKey = newFileKey();
    const make = (size: number, partSize = PART): ObjectSealer =>
      new ObjectSealer({ size, source: [] }, { fileKey, partSize });
    expect(await codeOf(() => make(0))).toBe('limit_exceeded');
    expect(await codeOf(() => make(5 * 2 ** 30 + 1))).toBe('limit_exceeded');
    expect(await codeOf(() => make(1, 1 << 20))).toBe('limit_exceeded');
    expect(await codeOf(() => make(1, PART + 1))).toBe('malformed');
    expect(make(5 * 2 ** 30).partCount).toBeLessThan(10_000);
  });

  test('a file that changes while it is read is stale; one that cannot be read is malformed', async () => {
    const fileKey = newFileKey();
    const run = (size: number, source: Iterable<Uint8Array>): Promise<unknown> =>
      gather(partsOf(new ObjectSealer({ size, source }, { fileKey })));
    async function* partsOf(sealer: ObjectSealer): AsyncGenerator<Uint8Array> {
      for await (const part of sealer.parts()) yield part.data;
    }
    expect(await codeOf(() => run(10, [new Uint8Array(11)]))).toBe('stale');
    expect(await codeOf(() => run(10, [new Uint8Array(9)]))).toBe('stale');
    function* broken(): Generator<Uint8Array> {
      yield new Uint8Array(5);
      throw new Error('NotReadableError');
    }
    expect(await codeOf(() => run(10, broken()))).toBe('malformed');
  });

  test('a part is given before the next one could be read, which is then sealed while it is used', async () => {
    const size = 3 * PART;
    let read = 0;
    let closed = false;
    let goOn = (): void => undefined;
    let goneOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const sealed = new Promise<void>((resolve) => (goneOn = resolve));
    async function* slow(): AsyncGenerator<Uint8Array> {
      try {
        for (; read < size; read += 65_536) {
          if (read === 8 << 20) await waiting;
          if (read === 2 * PART) goneOn();
          yield new Uint8Array(65_536);
        }
      } finally {
        closed = true;
      }
    }
    const sealer = new ObjectSealer({ size, source: slow() }, { fileKey: newFileKey(), partSize: PART });
    const parts = sealer.parts();
    await parts.next();
    goOn();
    await sealed;
    expect(closed).toBe(false);
    await parts.return(undefined);
    expect(closed).toBe(true);
  });

  test('an export is a plain age file', async () => {
    const fileKey = newFileKey();
    const plain = randomBytes(200_000);
    const { object, facts } = await sealed(plain, fileKey);
    const identity = HybridIdentity.generate();
    const file = await gather(
      exportObject([object], facts, facts, { fileKey, recipients: [identity.recipient()] }),
    );
    expectBytes(openFile(file, [identity]), plain);
  });
});

describe('headers', () => {
  const filing = (): Filing => ({
    vault: newId<VaultId>(),
    section: newId<SectionId>(),
    epoch: 1,
    document: newId<DocumentId>(),
    version: 1,
  });

  test('open for the section and for the author, and move to another section', async () => {
    const fileKey = newFileKey();
    const [secret, other] = [SectionSecret.generate(), SectionSecret.generate(3)];
    const place = filing();
    const author = HybridIdentity.generate();
    const header = makeHeader(secret, place, fileKey, { author: author.recipient() });
    expect(openHeader(header, secret, place)).toEqual(fileKey);
    expect(openHeaderAsAuthor(header, author)).toEqual(fileKey);
    const next = { ...place, section: newId<SectionId>(), epoch: 3 };
    const moved = refileHeader(header, fileKey, other, next);
    expect(openHeader(moved, other, next)).toEqual(fileKey);
    expect(openHeaderAsAuthor(moved, author)).toEqual(fileKey);
    expect(await codeOf(() => openHeader(moved, secret, place))).toBe('wrong_key');
  });

  test('every flipped byte is one typed error', async () => {
    const fileKey = newFileKey();
    const secret = SectionSecret.generate();
    const place = filing();
    const header = makeHeader(secret, place, fileKey);
    for (let at = 0; at < header.length; at++) {
      const flipped = header.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const code = await codeOf(() => openHeader(flipped, secret, place));
      expect(['malformed', 'unsupported_version', 'wrong_key', 'tampered', 'limit_exceeded']).toContain(code);
    }
  });
});
