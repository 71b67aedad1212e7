/**
 * Exif (CIPA DC-008, in TIFF's form): its orientation, whether it tells a place, and a new one that has the orientation alone.
 *
 * It goes in any case, so that one that is broken is no reason to keep it: it then has no orientation.
 */
const ORIENTATION = 0x0112;
const PLACE = 0x8825;
const SHORT = 3;
const ENTRY = 12;

export interface ExifFacts {
  /** 1 (as it is) to 8. */
  readonly orientation: number;
  readonly place: boolean;
}

const NOTHING: ExifFacts = { orientation: 1, place: false };

/** Reads the first directory of `tiff` (from its byte order mark on). */
export function readExif(tiff: Uint8Array): ExifFacts {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return NOTHING;
  const order = view.getUint16(0);
  const little = order === 0x4949;
  const start = view.getUint32(4, little);
  const known = little || order === 0x4d4d;
  if (!known || view.getUint16(2, little) !== 42 || start < 8 || start + 2 > tiff.length) return NOTHING;
  const count = view.getUint16(start, little);
  if (start + 2 + count * ENTRY > tiff.length) return NOTHING;
  let orientation = 1;
  let place = false;
  for (let index = 0; index < count; index++) {
    const entry = start + 2 + index * ENTRY;
    const tag = view.getUint16(entry, little);
    if (tag === PLACE) place = true;
    if (tag !== ORIENTATION || view.getUint16(entry + 2, little) !== SHORT) continue;
    const value = view.getUint16(entry + 8, little);
    if (value >= 1 && value <= 8) orientation = value;
  }
  return { orientation, place };
}

/** A TIFF of one entry. */
export function writeOrientation(orientation: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(26);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x4d4d002a);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION);
  view.setUint16(12, SHORT);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return bytes;
}
