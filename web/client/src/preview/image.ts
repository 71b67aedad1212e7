/** Images on a canvas: dimensions checked first, decoded by the browser, never as an element with a URL. */
import { Desk } from './desk/desk';
import { Sheets } from './desk/sheets';
import { sheetTools } from './desk/sheetTools';
import { imageSize } from './imageSize';
import { PreviewError } from './protocol';
import type { Shown } from './stage';
import type { Words } from './words';

/** 200-megapixel phones exist; above this a decoder would need over 400 MB. */
const MAX_PIXELS = 108_000_000;
/** Longest side that is drawn: sharp on any screen when zoomed, at most 67 MB of canvas. */
const MAX_SIDE = 4096;

export async function showImage(
  bytes: Uint8Array<ArrayBuffer>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  const canvas = await imageCanvas(bytes);
  const desk = new Desk(stage, lang);
  const { width, height } = canvas;
  const sheets = new Sheets(desk.pane, [
    { width, height, label: lang.image, draw: () => Promise.resolve(canvas) },
  ]);
  sheetTools(desk, lang, sheets);
  desk.help();
  await sheets.first();
  return { pages: 1, height: desk.heightFor(sheets.height), print: (give) => printed(canvas, give) };
}

async function printed(canvas: HTMLCanvasElement, give: (page: ImageBitmap) => void): Promise<void> {
  give(await createImageBitmap(canvas));
}

/** Raises PreviewError: malformed, too_large. */
export async function imageCanvas(bytes: Uint8Array<ArrayBuffer>): Promise<HTMLCanvasElement> {
  const size = imageSize(bytes);
  if (size === null || size.width === 0 || size.height === 0) throw new PreviewError('malformed');
  if (size.width * size.height > MAX_PIXELS) throw new PreviewError('too_large');
  const bitmap = await decode(
    bytes,
    size.width >= size.height ? 'resizeWidth' : 'resizeHeight',
    Math.max(size.width, size.height),
  );
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

async function decode(
  bytes: Uint8Array<ArrayBuffer>,
  side: 'resizeWidth' | 'resizeHeight',
  longest: number,
): Promise<ImageBitmap> {
  const options: ImageBitmapOptions = longest > MAX_SIDE ? { [side]: MAX_SIDE, resizeQuality: 'high' } : {};
  try {
    return await createImageBitmap(new Blob([bytes]), options);
  } catch {
    throw new PreviewError('malformed');
  }
}
