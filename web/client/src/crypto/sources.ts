/**
 * Where the bytes of payloads and objects come from, and how work on them keeps its order (chapters 1 and 4).
 *
 * Owns reading exact lengths from pieces of any size, files and blobs, closing what is not read to its end, and freeing what was
 * used. Knows no key.
 */
import { guardAsync, malformed } from './errors.ts';

/**
 * Pieces of any size. What reads them uses a piece, or copies it, before it asks for the next one, when its source may free it
 * (`lent`).
 */
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The bytes from `start` to before `end`, fewer only where there are no more. */
export type RangeSource = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

const EMPTY = new Uint8Array(0);
/** Bytes that are freed together: each message has its price, 12 µs in Chromium, whatever it takes along. */
const AT_ONCE = 1 << 18;

/** A file or blob as a source; its stream is cancelled if it is not read to the end. Raises malformed if it cannot be read. */
export async function* blobSource(
  blob: Blob,
  start = 0,
  end: number = blob.size,
): AsyncGenerator<Uint8Array> {
  const reader = blob.slice(start, end).stream().getReader();
  try {
    for (;;) {
      const { done, value } = await unreadable(() => reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // A stream that failed refuses to be cancelled with the same error, which was raised already.
    await reader.cancel().catch(() => undefined);
  }
}

/** A file or blob of which any range can be read. Raises malformed if it cannot be read. */
export function blobRanges(blob: Blob): RangeSource {
  return (start, end) => unreadable(async () => new Uint8Array(await blob.slice(start, end).arrayBuffer()));
}

/**
 * The pieces of a source that is read by nobody else, each freed when the next one is asked for. Only for pieces in buffers of
 * their own.
 */
export async function* lent(source: Source): AsyncGenerator<Uint8Array> {
  const sink = new Sink();
  try {
    for await (const piece of source) {
      yield piece;
      sink.free(piece);
    }
  } finally {
    sink.close();
  }
}

/**
 * Gives the memory of buffers back soon. The collector does so late, since buffers stand outside of its heap, and hundreds of MiB
 * wait for it. `ArrayBuffer.prototype.transfer(0)` would not do: Chromium's own buffers, of files and of WebCrypto, live on behind
 * it, and the collector no longer knows of them. What is posted to a port whose other end is closed is gone (ADR 0011).
 */
export class Sink {
  private readonly port: MessagePort;
  private readonly waiting = new Set<ArrayBuffer>();
  private held = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    this.port = port1;
  }

  /** The bytes are nobody's any more, and are gone with the next few. Leaves a buffer alone of which they are only a part. */
  free(data: Uint8Array): void {
    const { buffer, byteLength } = data;
    const whole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    if (!whole || byteLength === 0 || this.waiting.has(buffer)) return;
    this.waiting.add(buffer);
    this.held += byteLength;
    if (this.held >= AT_ONCE) this.flush();
  }

  close(): void {
    this.flush();
    this.port.close();
  }

  private flush(): void {
    this.port.postMessage(null, [...this.waiting]);
    this.waiting.clear();
    this.held = 0;
  }
}

/** Reads exact lengths from a source. */
export class ByteReader {
  private readonly pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  private held: Uint8Array = EMPTY;
  private over = false;

  constructor(source: Source) {
    this.pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** `size` bytes, fewer only where the source ends: never a view of a piece, but copied to a new buffer or to `out`, of that size. */
  async read(size: number, out = new Uint8Array(size)): Promise<Uint8Array<ArrayBuffer>> {
    let filled = 0;
    while (filled < size && (this.held.length > 0 || !(await this.ended()))) {
      const piece = this.held.subarray(0, size - filled);
      out.set(piece, filled);
      filled += piece.length;
      this.held = this.held.subarray(piece.length);
    }
    return filled === size ? out : out.slice(0, filled);
  }

  /**
   * Up to `most` times `unit` bytes, not to be written to: as many as stand together in a piece of the source, without a copy, else
   * one `unit`. No whole number of units only where the source ends. The end of a piece is copied, so that asking whether more
   * follows takes no bytes away; the next `views` or `read` may.
   */
  async views(unit: number, most: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.held.length === 0) await this.ended();
    const units = Math.min(most, Math.floor((this.held.length - 1) / unit));
    if (units === 0 || !(this.held.buffer instanceof ArrayBuffer)) return this.read(unit);
    const view = this.held.subarray(0, units * unit) as Uint8Array<ArrayBuffer>;
    this.held = this.held.subarray(view.length);
    return view;
  }

  /** Whether nothing is left. */
  async ended(): Promise<boolean> {
    while (this.held.length === 0 && !this.over) {
      const next = await unreadable(async () => this.pieces.next());
      if (next.done === true) this.over = true;
      else this.held = next.value;
    }
    return this.held.length === 0;
  }

  /** Tells the source that no more is wanted; its own complaints about that do not matter any more. */
  async close(): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.held = EMPTY;
    try {
      await this.pieces.return?.();
    } catch {
      return;
    }
  }
}

/** Work on each item, up to `width` under way at once, results in the items' order. Closes `items` when it is closed. */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // What fails is raised in its turn below; until then it is not "unhandled".
    result.catch(() => undefined);
    underWay.push(result);
    const oldest = underWay.length >= width ? underWay.shift() : undefined;
    if (oldest !== undefined) yield await oldest;
  }
  for (const result of underWay) yield await result;
}

function unreadable<T>(read: () => Promise<T>): Promise<T> {
  return guardAsync(read, () => malformed('the source could not be read'));
}
