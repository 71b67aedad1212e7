/**
 * Room for what was sent: the collector learns how large the bodies of requests were.
 *
 * A browser copies the bytes of a body, and the copy lives until the collector comes for the request, of which it only knows that it
 * is small: Chromium held every part of an upload of 1 GiB at its end (ADR 0019). It does count buffers. One of the same length that
 * nobody writes to takes no memory, and makes the collector come as often as it should.
 */

/** So many buffers are held: young ones are taken by a small collection, which leaves requests alone. */
const HELD = 8;

/** What one client sent. */
export class SentBodies {
  private readonly held: ArrayBuffer[] = [];

  /** Called after a body of `length` bytes was sent. */
  count(length: number): void {
    try {
      this.held.push(new ArrayBuffer(length));
    } catch (thrown) {
      // Where there is no such room the collector has just looked for some.
      if (!(thrown instanceof RangeError)) throw thrown;
    }
    if (this.held.length > HELD) this.held.shift();
  }
}
