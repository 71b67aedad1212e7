/**
 * The hash of a document's content (chapter 4, "Content").
 *
 * Owns how the plaintext is cut and hashed: pieces of 256 KiB, which the platform's own SHA-256 takes many at a time (it knows no
 * hash that is fed bit by bit). Knows neither object nor metadata.
 *
 *     const hasher = new ContentHasher();
 *     await hasher.update(bytes);
 *     const hash = await hasher.digest();
 */
import { concat } from './encoding.ts';
import * as labels from './labels.ts';
import { sha256Large } from './primitives.ts';
import { labelledHash } from './signing.ts';

export const PIECE_SIZE = 1 << 18;
/** Pieces whose hashes are under way at once: 2 MiB. */
const AHEAD = 8;

/** Hashes a document that is given in stretches of any length. */
export class ContentHasher {
  private readonly hashes: Promise<Uint8Array>[] = [];
  private readonly held = new Uint8Array(PIECE_SIZE);
  private filled = 0;

  /** Adds bytes, which may change once this was called. Resolves when there is room for more. */
  async update(data: Uint8Array): Promise<void> {
    let rest = data;
    while (rest.length > 0) {
      const taken = rest.subarray(0, PIECE_SIZE - this.filled);
      rest = rest.subarray(taken.length);
      if (taken.length === PIECE_SIZE && taken.buffer instanceof ArrayBuffer) {
        this.hash(taken as Uint8Array<ArrayBuffer>);
        continue;
      }
      this.held.set(taken, this.filled);
      this.filled += taken.length;
      if (this.filled < PIECE_SIZE) continue;
      this.hash(this.held);
      this.filled = 0;
    }
    await this.hashes.at(-AHEAD);
  }

  /** The hash of everything that was added, 32 bytes. May be called once. */
  async digest(): Promise<Uint8Array> {
    if (this.filled > 0) this.hash(this.held.subarray(0, this.filled));
    this.filled = 0;
    return labelledHash(labels.HASH_CONTENT, concat(...(await Promise.all(this.hashes))));
  }

  /** The platform copies the bytes at once. */
  private hash(piece: Uint8Array<ArrayBuffer>): void {
    this.hashes.push(sha256Large(piece));
  }
}
