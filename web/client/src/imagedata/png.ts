/**
 * PNG (W3C, third edition): chunks from IHDR to IEND. Stay: those that say how pixels look. Go: texts, time, Exif, what nobody
 * registered, and whatever follows the end.
 */
import { readExif, writeOrientation } from './exif.ts';
import { Cursor, Puzzling, type Cleaned, type Piece } from './pieces.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const STAY = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(
    ' ',
  ),
);

/** Raises Puzzling. */
export function cleanPng(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  const cursor = new Cursor(bytes);
  if (SIGNATURE.some((byte) => cursor.u8() !== byte)) throw new Puzzling('no PNG');
  const kept: Piece[] = [[0, SIGNATURE.length]];
  let [orientation, place, gone, first] = [1, false, false, true];
  let name = '';
  while (name !== 'IEND') {
    const start = cursor.at;
    const length = cursor.u32();
    name = cursor.name();
    if (first !== (name === 'IHDR') || !/^[A-Za-z]{4}$/.test(name))
      throw new Puzzling('a chunk out of place');
    const content = cursor.slice(length);
    cursor.take(4);
    if (STAY.has(name)) kept.push([start, cursor.at]);
    else if (isCritical(name)) throw new Puzzling('an unknown critical chunk');
    else if (name === 'eXIf') {
      const exif = readExif(content);
      orientation = exif.orientation;
      place ||= exif.place;
      gone ||= content.length !== writeOrientation(1).length;
    } else gone = true;
    if (first) first = false;
  }
  // Behind IHDR, which comes second here.
  if (orientation !== 1) kept.splice(2, 0, chunk('eXIf', writeOrientation(orientation)));
  const more = gone || cursor.left > 0;
  return { pieces: kept, found: place ? 'place' : more ? 'camera' : 'nothing' };
}

function isCritical(name: string): boolean {
  return name.charAt(0) === name.charAt(0).toUpperCase();
}

function chunk(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** Of ISO 3309, as PNG's annex D has it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
