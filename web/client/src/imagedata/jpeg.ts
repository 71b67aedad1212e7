/**
 * JPEG (ITU-T T.81): segments up to the end of the image. Stay: what decoders need, JFIF's head, colour profiles (APP2 ICC_PROFILE) and
 * Adobe's colour transform (APP14). Go: Exif, XMP, IPTC, further pictures, comments, and whatever follows the image.
 */
import { readExif, writeOrientation } from './exif.ts';
import { Cursor, Puzzling, startsWith, type Cleaned, type Piece } from './pieces.ts';

const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
const COMMENT = 0xfe;
const APP = 0xe0;
const EXIF = 'Exif\0\0';

/** Raises Puzzling. */
export function cleanJpeg(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  const cursor = new Cursor(bytes);
  if (cursor.u16() !== 0xff00 + START) throw new Puzzling('no JPEG');
  const kept: Piece[] = [];
  const found = { orientation: 1, place: false, gone: false };
  let scans = 0;
  for (;;) {
    const start = cursor.at;
    const marker = markerOf(cursor);
    if (marker === END) {
      if (scans === 0) throw new Puzzling('no picture');
      kept.push([start, cursor.at]);
      break;
    }
    const length = cursor.u16();
    if (length < 2) throw new Puzzling('a segment of no length');
    const content = cursor.slice(length - 2);
    if (stays(marker, content)) kept.push([start, cursor.at]);
    else note(marker, content, found);
    if (marker !== SCAN) continue;
    scans += 1;
    kept.push([cursor.at, skipScan(cursor)]);
  }
  const { orientation, place, gone } = found;
  const head: Piece[] = [[0, 2], ...(orientation === 1 ? [] : [orientationSegment(orientation)])];
  const more = gone || cursor.left > 0;
  return { pieces: [...head, ...kept], found: place ? 'place' : more ? 'camera' : 'nothing' };
}

function markerOf(cursor: Cursor): number {
  if (cursor.u8() !== 0xff) throw new Puzzling('no marker');
  let marker = cursor.u8();
  // Fill bytes.
  while (marker === 0xff) marker = cursor.u8();
  if (marker === 0 || marker === START || (marker >= 0xd0 && marker <= 0xd7)) {
    throw new Puzzling('a marker out of place');
  }
  return marker;
}

function stays(marker: number, content: Uint8Array): boolean {
  if (marker === COMMENT) return false;
  if (marker < APP || marker > APP + 15) return true;
  if (marker === APP) return startsWith(content, 'JFIF\0');
  if (marker === APP + 2) return startsWith(content, 'ICC_PROFILE\0');
  return marker === APP + 14 && startsWith(content, 'Adobe');
}

function note(
  marker: number,
  content: Uint8Array,
  found: { orientation: number; place: boolean; gone: boolean },
): void {
  if (marker !== APP + 1 || !startsWith(content, EXIF)) {
    found.gone = true;
    return;
  }
  const exif = readExif(content.subarray(EXIF.length));
  const alone = content.length === EXIF.length + writeOrientation(1).length;
  found.orientation = exif.orientation;
  found.place ||= exif.place;
  // What an earlier cleaning left is nothing to speak of.
  found.gone ||= !alone;
}

/** Goes behind the picture's data, up to the next marker that is no restart; gives its place. */
function skipScan(cursor: Cursor): number {
  const { bytes } = cursor;
  for (let at = cursor.at; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 1;
    else if (next !== 0xff) {
      cursor.take(at - cursor.at);
      return at;
    }
  }
  throw new Puzzling('a picture without end');
}

function orientationSegment(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = writeOrientation(orientation);
  const segment = new Uint8Array(4 + EXIF.length + tiff.length);
  segment.set([0xff, APP + 1, 0, segment.length - 2]);
  segment.set(new TextEncoder().encode(EXIF), 4);
  segment.set(tiff, 4 + EXIF.length);
  return segment;
}
