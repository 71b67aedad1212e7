/**
 * An image file without what it tells of place, time and device: which of its bytes stay (lossless; no pixel is drawn anew).
 *
 * Readers here are strict: what they do not understand to the last byte they refuse (`Puzzling`), and the file is then kept as it is, with
 * a word to the person. Each kind has a file of its own: jpeg.ts, png.ts, webp.ts; exif.ts reads the orientation, which stays.
 */

/** What stays, in order: ranges of the file (start and end in bytes), and bytes that stand in place of what went. */
export type Piece = readonly [start: number, end: number] | Uint8Array<ArrayBuffer>;

/** What was found and goes. `place`: where it was taken; `camera`: any other data about it. */
export interface Cleaned {
  readonly pieces: readonly Piece[];
  readonly found: 'nothing' | 'camera' | 'place';
}

/** The file is not what its kind says it should be. */
export class Puzzling extends Error {}

/** Bytes that are read front to back, never beyond the end. Raises Puzzling. */
export class Cursor {
  at = 0;
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly view: DataView;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2));
  }

  u32(): number {
    return this.view.getUint32(this.take(4));
  }

  u32le(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** Four letters. */
  name(): string {
    return String.fromCharCode(...this.slice(4));
  }

  slice(length: number): Uint8Array<ArrayBuffer> {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Goes on by so many bytes; gives where it was. */
  take(length: number): number {
    if (length > this.left) throw new Puzzling('ends too early');
    const start = this.at;
    this.at += length;
    return start;
  }
}

export function startsWith(bytes: Uint8Array, text: string): boolean {
  return text.length <= bytes.length && [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}
