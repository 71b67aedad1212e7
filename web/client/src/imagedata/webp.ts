/** WebP (RFC 9649): chunks of its RIFF container. Stay: those that are drawn. Go: Exif, XMP, unknown ones, and whatever follows. */
import { readExif, writeOrientation } from './exif.ts';
import { Cursor, Puzzling, startsWith, type Cleaned, type Piece } from './pieces.ts';

const STAY = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
const HEAD = 12;

/** Raises Puzzling. */
export function cleanWebp(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  const cursor = new Cursor(bytes);
  if (cursor.name() !== 'RIFF') throw new Puzzling('no RIFF');
  const end = 8 + cursor.u32le();
  if (cursor.name() !== 'WEBP' || end > bytes.length || end % 2 === 1) throw new Puzzling('no WebP');
  const kept: (Piece | 'flags')[] = [];
  let [orientation, place, gone] = [1, false, end < bytes.length];
  let flags: Uint8Array<ArrayBuffer> | undefined;
  while (cursor.at < end) {
    const start = cursor.at;
    const name = cursor.name();
    const length = cursor.u32le();
    const content = cursor.slice(length);
    if (length % 2 === 1) cursor.take(1);
    if (cursor.at > end) throw new Puzzling('a chunk beyond the end');
    if (name === 'VP8X') {
      if (start !== HEAD || length !== 10) throw new Puzzling('a head out of place');
      flags = bytes.slice(start, cursor.at);
      kept.push('flags');
    } else if (STAY.has(name)) kept.push([start, cursor.at]);
    else if (name === 'EXIF') {
      // Some writers put JPEG's mark before it.
      const exif = readExif(startsWith(content, 'Exif\0\0') ? content.subarray(6) : content);
      orientation = exif.orientation;
      place ||= exif.place;
      gone ||= length !== writeOrientation(1).length;
    } else gone = true;
  }
  if (kept.length === 0) throw new Puzzling('no picture');
  const exif = orientation === 1 || flags === undefined ? [] : [chunk('EXIF', writeOrientation(orientation))];
  if (flags !== undefined) {
    flags[8] = ((flags[8] ?? 0) & ~(HAS_EXIF | HAS_XMP)) | (exif.length > 0 ? HAS_EXIF : 0);
  }
  const head = flags ?? new Uint8Array();
  const pieces = [...kept.map((piece) => (piece === 'flags' ? head : piece)), ...exif];
  return {
    pieces: [riff(pieces), ...pieces],
    found: place ? 'place' : gone ? 'camera' : 'nothing',
  };
}

function riff(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const length = pieces.reduce(
    (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece[1] - piece[0]),
    4,
  );
  const bytes = new Uint8Array(HEAD);
  bytes.set(new TextEncoder().encode('RIFF....WEBP'));
  new DataView(bytes.buffer).setUint32(4, length, true);
  return bytes;
}

/** Of even length. */
function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + content.length);
  bytes.set(new TextEncoder().encode(name));
  new DataView(bytes.buffer).setUint32(4, content.length, true);
  bytes.set(content, 8);
  return bytes;
}
