/**
 * Files as they are sealed: images without place and device, everything else as it is.
 *
 * The same file gives the same bytes every time, so that an upload that was interrupted finds them again. HEIC, which only some browsers
 * decode, becomes a JPEG where it can; AVIF, TIFF, films, and what a reader refuses, stay as they are, and `kept` says so.
 */
import type { Cleaning } from '../ui/models';
import { cleanJpeg } from './jpeg.ts';
import { Puzzling } from './pieces.ts';
import { cleanPng } from './png.ts';
import { cleanWebp } from './webp.ts';

export interface CleanFile {
  readonly file: File;
  /** `none`: nothing was found, or it is no photo. */
  readonly cleaning: Cleaning;
}

const READERS = { jpeg: cleanJpeg, png: cleanPng, webp: cleanWebp };
type Kind = keyof typeof READERS | 'heic' | 'telling' | 'other';

/** Bytes. Larger images are no photos, and would not fit in a phone's memory. */
const MOST = 256 << 20;
const QUALITY = 0.92;
/** Of the largest canvas on iPhones before iOS 18. */
const SURE_PIXELS = 4096 * 4096;

/** The file to seal. Its name and time stay (the extension, if it is converted, does not). */
export async function cleanFile(file: File): Promise<CleanFile> {
  const kind = kindOf(new Uint8Array(await file.slice(0, 132).arrayBuffer()), file.type);
  if (kind === 'heic') return converted(file);
  if (kind === 'other' || kind === 'telling') return { file, cleaning: kind === 'other' ? 'none' : 'kept' };
  if (file.size > MOST) return { file, cleaning: 'kept' };
  try {
    const { pieces, found } = READERS[kind](new Uint8Array(await file.arrayBuffer()));
    if (found === 'nothing') return { file, cleaning: 'none' };
    const parts = pieces.map((piece) =>
      piece instanceof Uint8Array ? piece : file.slice(piece[0], piece[1]),
    );
    const { lastModified, type } = file;
    return { file: new File(parts, file.name, { lastModified, type }), cleaning: found };
  } catch (thrown) {
    if (!(thrown instanceof Puzzling)) throw thrown;
    return { file, cleaning: 'kept' };
  }
}

/** By the first bytes, whatever the file is called. */
function kindOf(start: Uint8Array, type: string): Kind {
  const text = String.fromCharCode(...start);
  if (text.slice(128) === 'DICM') return 'other';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG')) return 'png';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (/^....ftyp(hei[cxms]|hev[cx]|mif1|msf1)/s.test(text)) return 'heic';
  const tells = /^(....ftyp|II\*\0|MM\0\*)/s.test(text) || type.startsWith('video/');
  return tells ? 'telling' : 'other';
}

async function converted(file: File): Promise<CleanFile> {
  try {
    const image = await createImageBitmap(file);
    const jpeg = await jpegOf(image).finally(() => image.close());
    const name = `${file.name.replace(/\.[^.]*$/, '')}.jpg`;
    const { lastModified } = file;
    return { file: new File([jpeg], name, { type: 'image/jpeg', lastModified }), cleaning: 'converted' };
  } catch {
    return { file, cleaning: 'heic' };
  }
}

/** Drawn in full, or as large as any browser draws where this one draws no larger (a phone's 48 million pixels). */
async function jpegOf(image: ImageBitmap): Promise<Blob> {
  const pixels = image.width * image.height;
  try {
    return await drawn(image, 1);
  } catch (thrown) {
    if (pixels <= SURE_PIXELS) throw thrown;
    return drawn(image, Math.sqrt(SURE_PIXELS / pixels));
  }
}

function drawn(image: ImageBitmap, scale: number): Promise<Blob> {
  const [width, height] = [Math.floor(image.width * scale), Math.floor(image.height * scale)];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  // A canvas that draws nothing would become a blank page in the place of a document.
  if (context === null) throw new Error('no canvas of this size');
  context.drawImage(image, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
