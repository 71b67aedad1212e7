/** Streams without an iterator of their own, as WebKit's are, are walked through all the same. */
import { expect, it } from 'vitest';
import { makeStreamsIterable } from '../../src/preview/streams';

/** A stream as WebKit has it: all but the iterator. */
function bare(values: readonly unknown[], cancelled: unknown[] = []): AsyncIterable<unknown> {
  const left = [...values];
  const whole = new ReadableStream<unknown>({
    pull(controller) {
      const [value] = left.splice(0, 1);
      if (value instanceof Error) controller.error(value);
      else if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void cancelled.push('cancelled'),
  });
  class Bare {
    getReader() {
      return whole.getReader();
    }
  }
  makeStreamsIterable(Bare as unknown as typeof ReadableStream);
  return new Bare() as unknown as AsyncIterable<unknown>;
}

async function walked(stream: AsyncIterable<unknown>, until?: unknown): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for await (const value of stream) {
    seen.push(value);
    if (value === until) break;
  }
  return seen;
}

it('gives every value, and ends', async () => {
  expect(await walked(bare([1, 2, 3]))).toEqual([1, 2, 3]);
});

it('raises what the stream raises', async () => {
  await expect(walked(bare([1, new Error('cut')]))).rejects.toThrow('cut');
});

it('is cancelled by whoever leaves early', async () => {
  const cancelled: unknown[] = [];
  expect(await walked(bare([1, 2, 3], cancelled), 2)).toEqual([1, 2]);
  expect(cancelled).toEqual(['cancelled']);
});

it('leaves a browser alone that has one', () => {
  const before: unknown = ReadableStream.prototype[Symbol.asyncIterator];
  makeStreamsIterable();
  expect(ReadableStream.prototype[Symbol.asyncIterator]).toBe(before);
});
