/**
 * Streams that `for await` walks through, where the browser's are not: WebKit's, up to Safari 26. pdf.js reads a page's text so, both for
 * searching in what is shown and for the search of documents.
 */

type Streams = Pick<typeof ReadableStream, 'prototype'>;

/** Gives the frame's streams an iterator if they have none: the reader's values, and a cancelled stream when somebody leaves early. */
export function makeStreamsIterable({ prototype }: Streams = ReadableStream): void {
  if (Symbol.asyncIterator in prototype) return;
  Object.defineProperty(prototype, Symbol.asyncIterator, { value: valuesOf, configurable: true });
}

async function* valuesOf(this: ReadableStream<unknown>): AsyncGenerator<unknown> {
  const reader = this.getReader();
  let over = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      over = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!over) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
