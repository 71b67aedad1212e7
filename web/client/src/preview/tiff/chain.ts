/**
 * The chain of a TIFF's pages, walked before a decoder sees it: how many there are and how large, since a hostile file may
 * lead in a circle or announce gigabytes. Pure. TIFF 6.0, sections 2 and 8.
 */
import { PreviewError } from '../protocol';

const MAX_PAGES = 500;
const MAX_PIXELS = 64_000_000;
const MAX_ENTRIES = 4096;
const WIDTH = 256;
const HEIGHT = 257;
const NEW_SUBFILE = 254;
/** Bit 0 of NewSubfileType: a smaller copy of another page. */
const REDUCED = 1;

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Position in the chain. */
  readonly index: number;
}

/** The pages to show, without reduced copies. Raises PreviewError: malformed, too_large. */
export function tiffPages(bytes: Uint8Array): readonly TiffPage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  try {
    const little = view.getUint16(0) === 0x4949;
    if (view.getUint16(2, little) !== 42) throw new PreviewError('malformed');
    let at = view.getUint32(4, little);
    while (at !== 0) {
      if (seen.has(at)) throw new PreviewError('malformed');
      seen.add(at);
      if (seen.size > MAX_PAGES) throw new PreviewError('too_large');
      const count = view.getUint16(at, little);
      if (count === 0 || count > MAX_ENTRIES) throw new PreviewError('malformed');
      const { width, height, reduced } = sizeOf(view, at + 2, count, little);
      if (width * height > MAX_PIXELS) throw new PreviewError('too_large');
      if (!reduced && width > 0 && height > 0) pages.push({ width, height, index: seen.size - 1 });
      at = view.getUint32(at + 2 + count * 12, little);
    }
  } catch (cause) {
    // A DataView says so when a position is outside of the file.
    if (cause instanceof RangeError) throw new PreviewError('malformed');
    throw cause;
  }
  if (pages.length === 0) throw new PreviewError('malformed');
  return pages;
}

function sizeOf(view: DataView, at: number, count: number, little: boolean) {
  const found = { width: 0, height: 0, reduced: false };
  for (let entry = at; entry < at + count * 12; entry += 12) {
    const tag = view.getUint16(entry, little);
    // SHORT or LONG, as the size of an image may be.
    const short = view.getUint16(entry + 2, little) === 3;
    const value = short ? view.getUint16(entry + 8, little) : view.getUint32(entry + 8, little);
    if (tag === WIDTH) found.width = value;
    if (tag === HEIGHT) found.height = value;
    if (tag === NEW_SUBFILE) found.reduced = (value & REDUCED) !== 0;
  }
  return found;
}
