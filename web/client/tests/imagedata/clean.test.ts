/** Photos lose place, camera and comments, and nothing else; what is not understood to the last byte stays as it is. */
import { describe, expect, it } from 'vitest';
import { cleanFile } from '../../src/imagedata/clean.ts';
import { readExif, writeOrientation } from '../../src/imagedata/exif.ts';
import { JPEG, PNG, WEBP } from './samples.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const text = (content: string): Bytes => Uint8Array.from(content, (letter) => letter.charCodeAt(0));
const join = (...parts: readonly Uint8Array[]): Bytes => new Uint8Array(parts.flatMap((part) => [...part]));
const big = (value: number): Bytes => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
const little = (value: number): Bytes => big(value).reverse();

/** A directory with orientation, maker and a place. */
function exif(orientation: number, tags: readonly number[] = [0x010f, 0x8825]): Bytes {
  const entry = (tag: number, type: number, value: number) =>
    join(
      new Uint8Array([tag >> 8, tag & 255, 0, type]),
      big(1),
      new Uint8Array([value >> 8, value & 255, 0, 0]),
    );
  const entries = [...tags.map((tag) => entry(tag, 4, 0)), entry(0x0112, 3, orientation)];
  return join(text('MM\0*'), big(8), new Uint8Array([0, entries.length]), ...entries, text('SECRET'));
}

const segment = (marker: number, content: Uint8Array) =>
  join(new Uint8Array([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]), content);
const chunk = (name: string, content: Uint8Array) => join(big(content.length), text(name), content, big(0));
const riffChunk = (name: string, content: Uint8Array) =>
  join(text(name), little(content.length), content, new Uint8Array(content.length % 2));
const riff = (...chunks: readonly Uint8Array[]) => {
  const body = join(text('WEBP'), ...chunks);
  return join(text('RIFF'), little(body.length), body);
};
const webpChunks = WEBP.subarray(12);
const PROFILE = segment(0xe2, text('ICC_PROFILE\0\u0001\u0001colours'));
const jpegWith = (...segments: readonly Uint8Array[]) =>
  join(JPEG.subarray(0, 2), ...segments, JPEG.subarray(2));
const pngWith = (...chunks: readonly Uint8Array[]) => join(PNG.subarray(0, 33), ...chunks, PNG.subarray(33));
const EXIF_SEGMENT = segment(0xe1, join(text('Exif\0\0'), exif(6)));
/** Of eXIf with orientation 3, by zlib. */
const CHECKSUM = 0x845f64ce;

async function clean(bytes: Bytes, name = 'photo.jpg') {
  const { file, cleaning } = await cleanFile(new File([bytes], name, { lastModified: 5 }));
  const after = new Uint8Array(await file.arrayBuffer());
  return { after, cleaning, file, letters: String.fromCharCode(...after) };
}

describe('a JPEG', () => {
  it('loses what it tells, keeps picture, colours and orientation, and its name and time', async () => {
    const xmp = segment(0xe1, text('http://ns.adobe.com/xap/1.0/\0SECRET'));
    const full = join(
      jpegWith(EXIF_SEGMENT, PROFILE, xmp, segment(0xed, text('SECRET')), segment(0xfe, text('SECRET'))),
      text('SECRET film of the same moment'),
    );
    const { after, cleaning, file, letters } = await clean(full);
    expect(cleaning).toBe('place');
    expect(letters).not.toContain('SECRET');
    const orientation = segment(0xe1, join(text('Exif\0\0'), writeOrientation(6)));
    expect(after).toEqual(jpegWith(orientation, PROFILE));
    expect([file.name, file.lastModified]).toEqual(['photo.jpg', 5]);
    // Cleaning it again finds nothing: an interrupted upload goes on.
    expect(await clean(after)).toMatchObject({ cleaning: 'none', after });
  });

  it('without anything is the very same', async () => {
    expect(await clean(JPEG)).toMatchObject({ cleaning: 'none', after: JPEG });
  });

  it.each([
    ['a comment', jpegWith(segment(0xfe, text('SECRET')))],
    ['Exif without place', jpegWith(segment(0xe1, join(text('Exif\0\0'), exif(1, [0x010f]))))],
    ['broken Exif', jpegWith(segment(0xe1, text('Exif\0\0MM\0*\xff\xff\xff\xffSECRET')))],
    ['a thumbnail', jpegWith(segment(0xe0, text('JFXX\0SECRET')))],
    ['more pictures', join(JPEG, JPEG)],
  ])('loses %s', async (_, bytes) => {
    expect(await clean(bytes)).toMatchObject({ cleaning: 'camera', after: JPEG });
  });

  const cut = (end: number) => jpegWith(EXIF_SEGMENT).slice(0, end);
  it.each([
    ['that ends in a segment', cut(40)],
    ['that ends in a length', cut(3 + 2)],
    ['that ends in its picture', JPEG.slice(0, -2)],
    ['with a segment of no length', jpegWith(new Uint8Array([0xff, 0xe1, 0, 1]))],
    ['with a start inside', jpegWith(new Uint8Array([0xff, 0xd8]))],
    ['with a restart outside of a picture', jpegWith(new Uint8Array([0xff, 0xd0]))],
    ['with bytes between segments', jpegWith(EXIF_SEGMENT, text('x'))],
    ['without a picture', join(JPEG.subarray(0, 2), EXIF_SEGMENT, new Uint8Array([0xff, 0xd9]))],
  ])('%s stays as it is, and that is said', async (_, bytes) => {
    expect(await clean(bytes)).toMatchObject({ cleaning: 'kept', after: bytes });
  });
});

describe('a PNG', () => {
  it('loses texts, time, Exif and what follows, and keeps its orientation', async () => {
    const more = [
      chunk('tEXt', text('SECRET')),
      chunk('tIME', text('1234567')),
      chunk('prVt', text('SECRET')),
    ];
    const density = chunk('pHYs', text('123456789'));
    const { after, cleaning, letters } = await clean(
      join(pngWith(chunk('eXIf', exif(3)), ...more, density), text('SECRET')),
      'named-wrongly.jpg',
    );
    expect(cleaning).toBe('place');
    expect(letters).not.toContain('SECRET');
    expect(readExif(after.subarray(33 + 8)).orientation).toBe(3);
    expect(after).toEqual(pngWith(after.slice(33, 33 + 38), density));
    // The checksum of an eXIf chunk that another program wrote for these bytes.
    expect([...after.slice(33 + 34, 33 + 38)]).toEqual([...big(CHECKSUM)]);
    expect(await clean(after)).toMatchObject({ cleaning: 'none', after });
  });

  it.each([
    ['that ends in a chunk', PNG.slice(0, 40)],
    ['without an end', PNG.slice(0, -12)],
    ['with an unknown critical chunk', pngWith(chunk('BAdx', text('x')))],
    ['with two heads', pngWith(PNG.slice(8, 33))],
    ['with a name of no letters', pngWith(chunk('a1b2', text('x')))],
    ['of no head', join(PNG.slice(0, 8), PNG.slice(33))],
  ])('%s stays as it is', async (_, bytes) => {
    expect(await clean(bytes)).toMatchObject({ cleaning: 'kept', after: bytes });
  });
});

describe('a WebP', () => {
  it('loses Exif, XMP and unknown chunks, and says so in its head', async () => {
    const bytes = riff(webpChunks, riffChunk('EXIF', exif(8)), riffChunk('XMP ', text('SECRET!')));
    bytes[20] = (bytes[20] ?? 0) | 0x0c;
    const { after, cleaning, letters } = await clean(join(bytes, text('SECRET')));
    expect(cleaning).toBe('place');
    expect(letters).not.toContain('SECRET');
    expect((after[20] ?? 0) & 0x0c).toBe(0x08);
    const expected = riff(webpChunks, riffChunk('EXIF', writeOrientation(8)));
    expected[20] = (expected[20] ?? 0) | 0x08;
    expect(after).toEqual(expected);
    expect(await clean(after)).toMatchObject({ cleaning: 'none', after });
  });

  it.each([
    ['that ends in a chunk', WEBP.slice(0, -4)],
    ['longer than it is', join(text('RIFF'), little(5000), WEBP.slice(8))],
    ['with a head out of place', riff(webpChunks, webpChunks.slice(0, 18))],
    ['without a picture', riff(riffChunk('XMP ', text('SECRET')))],
  ])('%s stays as it is', async (_, bytes) => {
    expect(await clean(bytes)).toMatchObject({ cleaning: 'kept', after: bytes });
  });
});

describe('other files', () => {
  const heic = join(big(24), text('ftypheic'), new Uint8Array(200));
  it.each([
    ['a HEIC that this browser does not decode', heic, 'heic'],
    ['a TIFF', text('II*\0rest of it'), 'kept'],
    ['an AVIF', join(big(24), text('ftypavif'), new Uint8Array(200)), 'kept'],
    ['a PDF', text('%PDF-1.7 Exif'), 'none'],
    ['a DICOM file that begins like a TIFF', join(text('II*\0'), new Uint8Array(124), text('DICM')), 'none'],
  ])('%s stays as it is', async (_, bytes, cleaning) => {
    expect(await clean(bytes)).toMatchObject({ cleaning, after: bytes });
  });
});
