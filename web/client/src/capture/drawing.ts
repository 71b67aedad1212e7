/**
 * Photos of pages, drawn: upright, cut, flat, turned, as JPEG. Drawn anew, so that place and camera do not come along.
 *
 * Runs in a worker. One photo at a time is open, whatever the number of pages. Raises `Unreadable` for what the browser does not decode.
 */
import { isWhole, type Cut, type Turn } from '../ui/capturedPages';
import { flat, flatSize, type Size } from './perspective.ts';

/** The browser does not decode this photo. */
export class Unreadable extends Error {}

/** Pixels: of the page in the PDF (A4 at 210 dots an inch), of the whole photo to cut from, of the small picture of a page. */
const PAGE_EDGE = 2480;
const PHOTO_EDGE = 1400;
const SHOWN_EDGE = 480;
/** Photos are opened no larger than this. */
const OPENED_EDGE = 4096;
const PAGE_QUALITY = 0.82;
const SHOWN_QUALITY = 0.75;

export interface Photo extends Size {
  readonly photo: Blob;
  /** The same, small. */
  readonly shown: Blob;
}

/** The whole photo, upright and reduced; its size is that of `photo`. */
export async function photoOf(file: Blob): Promise<Photo> {
  const image = await open(file);
  const size = fitting(image, PHOTO_EDGE);
  const whole = drawn(image, size, 0);
  image.close();
  const photo = await encoded(whole, SHOWN_QUALITY);
  const shown = await encoded(drawn(whole, fitting(size, SHOWN_EDGE), 0), SHOWN_QUALITY);
  return { photo, shown, ...size };
}

/** The page as it will be, small. */
export function shownOf(file: Blob, cut: Cut): Promise<Blob> {
  return page(file, cut, SHOWN_EDGE, SHOWN_QUALITY);
}

/** The page as it goes into the PDF. */
export function pageOf(file: Blob, cut: Cut): Promise<Blob> {
  return page(file, cut, PAGE_EDGE, PAGE_QUALITY);
}

async function page(file: Blob, { corners, turn }: Cut, edge: number, quality: number): Promise<Blob> {
  const image = await open(file);
  const size = flatSize(corners, image, edge);
  if (isWhole(corners)) {
    const whole = drawn(image, size, turn);
    image.close();
    return encoded(whole, quality);
  }
  // Not more pixels are read than twice those that are written.
  const source = drawn(image, fitting(image, Math.min(OPENED_EDGE, edge * 2)), 0);
  image.close();
  const { data, width, height } = flat(pixelsOf(source), corners, size);
  const sheet = new OffscreenCanvas(width, height);
  contextOf(sheet).putImageData(new ImageData(data, width, height), 0, 0);
  return encoded(turn === 0 ? sheet : drawn(sheet, size, turn), quality);
}

async function open(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    throw new Unreadable();
  }
}

function drawn(image: ImageBitmap | OffscreenCanvas, { width, height }: Size, turn: Turn): OffscreenCanvas {
  const lying = turn % 2 === 1;
  const canvas = new OffscreenCanvas(lying ? height : width, lying ? width : height);
  const context = contextOf(canvas);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((turn * Math.PI) / 2);
  context.drawImage(image, -width / 2, -height / 2, width, height);
  return canvas;
}

function pixelsOf(canvas: OffscreenCanvas) {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  return { width: canvas.width, height: canvas.height, data };
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Unreadable();
  return context;
}

function encoded(canvas: OffscreenCanvas, quality: number): Promise<Blob> {
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

function fitting({ width, height }: Size, edge: number): Size {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
