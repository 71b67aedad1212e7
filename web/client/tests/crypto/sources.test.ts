import { beforeAll, describe, expect, test } from 'vitest';
import { newFileKey } from '../../src/crypto/age_file.ts';
import { CHUNK_SIZE, openChunks, PayloadReader, sealBytes, sealChunks } from '../../src/crypto/age_stream.ts';
import { gather, ObjectSealer, openObject } from '../../src/crypto/document.ts';
import { concat, randomBytes } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { blobRanges, blobSource, ByteReader, inOrder, lent, Sink } from '../../src/crypto/sources.ts';
import { codeOf, expectBytes } from './vectors.ts';

beforeAll(ready);

/** Pieces of a size, and whether the reader let go of them. */
class Watched implements AsyncIterable<Uint8Array> {
  closed = false;
  given = 0;
  private readonly data: Uint8Array;
  private readonly step: number;

  constructor(data: Uint8Array, step: number) {
    this.data = data;
    this.step = step;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let start = 0; start < this.data.length; start += this.step) {
        await Promise.resolve();
        this.given++;
        yield this.data.subarray(start, start + this.step);
      }
    } finally {
      this.closed = true;
    }
  }
}

async function firstOf(pieces: AsyncIterable<unknown>, count = 1): Promise<void> {
  let seen = 0;
  for await (const piece of pieces) {
    expect(piece).toBeDefined();
    if (++seen === count) return;
  }
}

describe('random access', () => {
  const SIZE = 5 * CHUNK_SIZE + 17;
  const plain = randomBytes(SIZE);
  const fileKey = newFileKey();
  const open = (payload: Uint8Array<ArrayBuffer>, length = payload.length): Promise<PayloadReader> =>
    PayloadReader.open(fileKey, blobRanges(new Blob([payload])), length);

  test.each([
    [0, 0],
    [0, 1],
    [CHUNK_SIZE - 1, 2],
    [CHUNK_SIZE, CHUNK_SIZE],
    [3 * CHUNK_SIZE + 5, 2 * CHUNK_SIZE],
    [SIZE - 1, 100],
    [SIZE, 1],
    [0, SIZE + 1],
  ])('from %d, %d bytes', async (start, length) => {
    const reader = await open(Uint8Array.from(sealBytes(fileKey, plain)));
    expect(reader.size).toBe(SIZE);
    expectBytes(await reader.openRange(start, length), plain.subarray(start, start + length));
  });

  test('an empty payload, and one that is followed by padding', async () => {
    const empty = Uint8Array.from(sealBytes(fileKey, new Uint8Array(0)));
    expect((await (await open(empty)).openRange(0, 10)).length).toBe(0);
    const sealed = sealBytes(fileKey, plain);
    const padded = await open(concat(sealed, randomBytes(1000)), sealed.length);
    expectBytes(await padded.openRange(SIZE - 20, 20), plain.subarray(SIZE - 20));
  });

  test('faults', async () => {
    const sealed = Uint8Array.from(sealBytes(fileKey, plain));
    const flipped = sealed.slice();
    flipped[200 + CHUNK_SIZE * 2] = (flipped[200 + CHUNK_SIZE * 2] ?? 0) ^ 1;
    const reader = await open(flipped);
    expectBytes(await reader.openRange(0, 100), plain.subarray(0, 100));
    const codes = [
      () => reader.openRange(0, SIZE),
      () => reader.openRange(2 * CHUNK_SIZE, 1),
      () => open(sealed.slice(0, -1)),
      () => open(sealed.slice(0, 16 + 3 * (CHUNK_SIZE + 16))),
      () => open(sealed.slice(0, 10)),
      () => open(sealed, sealed.length + 1),
    ];
    for (const action of codes) expect(await codeOf(action)).toBe('tampered');
    for (const range of [
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [NaN, 1],
    ] as const) {
      expect(await codeOf(() => reader.openRange(range[0], range[1]))).toBe('malformed');
    }
  });
});

describe('sources', () => {
  test('a blob and a stretch of it', async () => {
    const data = randomBytes(300_000);
    expectBytes(await gather(blobSource(new Blob([data as Uint8Array<ArrayBuffer>]))), data);
    const stretch = await gather(blobSource(new Blob([data as Uint8Array<ArrayBuffer>]), 7, 200_001));
    expectBytes(stretch, data.subarray(7, 200_001));
  });

  test('a blob that fails is malformed', async () => {
    const failing = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.error(new DOMException('gone', 'NotReadableError'));
      },
    });
    const blob = { size: 10, slice: () => ({ stream: () => failing }) } as unknown as Blob;
    expect(await codeOf(() => gather(blobSource(blob)))).toBe('malformed');
  });

  test('exact lengths out of pieces of any size', async () => {
    const data = randomBytes(10_000);
    for (const step of [1, 7, 999, 20_000]) {
      const reader = new ByteReader(new Watched(data, step));
      expectBytes(await reader.read(1001), data.subarray(0, 1001));
      expectBytes(await reader.views(5, 1), data.subarray(1001, 1006));
      expect(await reader.ended()).toBe(false);
      expectBytes(await reader.read(20_000), data.subarray(1006));
      expect(await reader.ended()).toBe(true);
      expect((await reader.read(5)).length).toBe(0);
    }
  });

  test('views of whole units, in one piece of the source where they stand together', async () => {
    const data = randomBytes(1000);
    const reader = new ByteReader([data.subarray(0, 25), data.subarray(25, 28), data.subarray(28)]);
    const sizes: number[] = [];
    let at = 0;
    while (!(await reader.ended())) {
      const view = await reader.views(10, 20);
      expectBytes(view, data.subarray(at, at + view.length));
      at += view.length;
      sizes.push(view.length);
    }
    expect(sizes).toEqual([20, 10, 200, 200, 200, 200, 160, 10]);
  });

  test('a piece that was used is freed when the next one is asked for, and the bytes that were read of it stay', async () => {
    const data = randomBytes(100);
    const given = [0, 25, 50, 75].map((start) => data.slice(start, start + 25));
    const reader = new ByteReader(lent(given));
    for (let at = 0; !(await reader.ended()); at += 10) {
      const view = await reader.views(10, 1);
      await reader.ended();
      expectBytes(view, data.subarray(at, at + 10));
    }
    expect(given.map((piece) => piece.length)).toEqual([0, 0, 0, 0]);
  });

  test('a buffer is freed only by a view of all of it, and once', () => {
    const data = randomBytes(100);
    const freed = (...given: readonly Uint8Array[]): number => {
      const sink = new Sink();
      for (const one of given) sink.free(one);
      sink.close();
      return 100 - data.length;
    };
    expect(freed(data.subarray(1))).toBe(0);
    expect(freed(data, data)).toBe(100);
    expect(freed(data)).toBe(100);
  });

  test('small buffers are freed together, a large one with those before it', () => {
    const sink = new Sink();
    const small = Array.from({ length: 3 }, () => randomBytes(100_000));
    for (const data of small) sink.free(data);
    expect(small.map((data) => data.length)).toEqual([0, 0, 0]);
    const [one, large] = [randomBytes(1000), randomBytes(500_000)];
    sink.free(one);
    expect(one.length).toBe(1000);
    sink.free(large);
    expect([one.length, large.length]).toEqual([0, 0]);
    sink.close();
  });

  test('work keeps its order, and is bounded', async () => {
    let underWay = 0;
    let most = 0;
    async function* numbers(): AsyncGenerator<number> {
      for (let number = 0; number < 20; number++) {
        await Promise.resolve();
        yield number;
      }
    }
    const results: number[] = [];
    const work = async (number: number): Promise<number> => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, number % 3));
      underWay--;
      return number * 2;
    };
    for await (const result of inOrder(numbers(), 4, work)) results.push(result);
    expect(results).toEqual(Array.from({ length: 20 }, (_, number) => number * 2));
    expect(most).toBe(4);
  });
});

describe('a source that is not read to its end is closed', () => {
  const data = randomBytes(40 * CHUNK_SIZE);
  const fileKey = newFileKey();

  test('sealing', async () => {
    const source = new Watched(data, 10_000);
    await firstOf(sealChunks(fileKey, source), 3);
    expect(source.closed).toBe(true);
    expect(source.given).toBeLessThan(data.length / 10_000);
  });

  test('opening', async () => {
    const source = new Watched(sealBytes(fileKey, data), 10_000);
    await firstOf(openChunks(fileKey, source), 3);
    expect(source.closed).toBe(true);
  });

  test('opening what is tampered', async () => {
    const sealed = sealBytes(fileKey, data);
    sealed[100] = (sealed[100] ?? 0) ^ 1;
    const source = new Watched(sealed, 10_000);
    expect(await codeOf(() => gather(openChunks(fileKey, source)))).toBe('tampered');
    expect(source.closed).toBe(true);
  });

  test('an object, sealed and opened', async () => {
    const plain = randomBytes(12 << 20);
    const source = new Watched(plain, 100_000);
    const sealer = new ObjectSealer({ size: plain.length, source }, { fileKey, partSize: 5 << 20 });
    await firstOf(sealer.parts());
    expect(source.closed).toBe(true);
    expect(await codeOf(() => sealer.result())).toBe('malformed');

    const whole = new ObjectSealer({ size: plain.length, source: [plain] }, { fileKey, partSize: 5 << 20 });
    const parts: Uint8Array[] = [];
    for await (const part of whole.parts()) parts.push(part.data);
    const facts = whole.result();
    const stored = new Watched(concat(...parts), 100_000);
    await firstOf(openObject(stored, facts, facts, fileKey));
    expect(stored.closed).toBe(true);
  });
});
