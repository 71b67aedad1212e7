/** One frame's samples to RGBA: rescale, window, colour spaces. Pure; knows no canvas. DICOM PS3.3 C.7.6.3 and C.11.2. */
import { PreviewError } from '../protocol';
import type { DicomImage, PixelArray } from './parse';

export interface Window {
  readonly center: number;
  readonly width: number;
}

export function isGrey(image: DicomImage): boolean {
  return image.samples === 1 && image.palette === null;
}

/** The file's own window, else the range of this frame. */
export function defaultWindow(image: DicomImage, frame: PixelArray): Window {
  return image.window ?? fullWindow(image, frame);
}

/** From the darkest sample of a frame to the brightest. */
export function fullWindow(image: DicomImage, frame: PixelArray): Window {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of frame) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const [a, b] = [low * image.slope + image.intercept, high * image.slope + image.intercept];
  return { center: (a + b) / 2, width: Math.max(1, Math.abs(b - a)) };
}

export function toRgba(image: DicomImage, frame: PixelArray, window: Window): Uint8ClampedArray<ArrayBuffer> {
  const pixels = image.rows * image.columns;
  const out = new Uint8ClampedArray(pixels * 4);
  const subsampled = image.codec === 'none' && image.photometric === 'YBR_FULL_422';
  if (frame.length < (subsampled ? pixels * 2 : pixels * image.samples)) throw new PreviewError('malformed');
  if (image.palette) paintPalette(image, frame, out);
  else if (image.samples === 1) paintGrey(image, frame, window, out);
  else paintColour(image, frame, subsampled, out);
  return out;
}

function paintGrey(image: DicomImage, frame: PixelArray, window: Window, out: Uint8ClampedArray): void {
  const inverted = image.photometric === 'MONOCHROME1';
  const width = Math.max(1, window.width);
  const scale = width > 1 ? 255 / (width - 1) : 255;
  const offset = window.center - 0.5;
  const count = image.rows * image.columns;
  for (let index = 0; index < count; index += 1) {
    const value = (frame[index] ?? 0) * image.slope + image.intercept;
    const grey = (value - offset) * scale + 127.5;
    const at = index * 4;
    const shade = inverted ? 255 - grey : grey;
    out[at] = shade;
    out[at + 1] = shade;
    out[at + 2] = shade;
    out[at + 3] = 255;
  }
}

function paintPalette(image: DicomImage, frame: PixelArray, out: Uint8ClampedArray): void {
  const { palette } = image;
  if (!palette) return;
  const { red, green, blue, first } = palette;
  // Some writers say 16 bits and fill only 8.
  const wide = palette.bits === 16 && [red, green, blue].some((table) => table.some((value) => value > 255));
  const shift = wide ? 8 : 0;
  const last = red.length - 1;
  const count = image.rows * image.columns;
  for (let index = 0; index < count; index += 1) {
    const entry = Math.min(last, Math.max(0, (frame[index] ?? 0) - first));
    const at = index * 4;
    out[at] = (red[entry] ?? 0) >> shift;
    out[at + 1] = (green[entry] ?? 0) >> shift;
    out[at + 2] = (blue[entry] ?? 0) >> shift;
    out[at + 3] = 255;
  }
}

function paintColour(
  image: DicomImage,
  frame: PixelArray,
  subsampled: boolean,
  out: Uint8ClampedArray,
): void {
  const count = image.rows * image.columns;
  const shift = image.bitsAllocated === 16 ? 8 : 0;
  const planar = image.planar && image.codec === 'none';
  // Decoders of JPEG and JPEG 2000 give RGB; lossless JPEG gives what was stored.
  const ybr =
    image.photometric.startsWith('YBR_FULL') && image.codec !== 'jpeg' && image.codec !== 'jpeg2000';
  for (let index = 0; index < count; index += 1) {
    const base = subsampled ? (index >> 1) * 4 : planar ? index : index * 3;
    const [one, two, three] = subsampled
      ? [base + (index & 1), base + 2, base + 3]
      : planar
        ? [base, base + count, base + 2 * count]
        : [base, base + 1, base + 2];
    const a = (frame[one] ?? 0) >> shift;
    const b = (frame[two] ?? 0) >> shift;
    const c = (frame[three] ?? 0) >> shift;
    const at = index * 4;
    out[at] = ybr ? a + 1.402 * (c - 128) : a;
    out[at + 1] = ybr ? a - 0.344136 * (b - 128) - 0.714136 * (c - 128) : b;
    out[at + 2] = ybr ? a + 1.772 * (b - 128) : c;
    out[at + 3] = 255;
  }
}
