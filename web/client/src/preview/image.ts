/** Images on a canvas: dimensions checked first, decoded by the browser, never as an element with a URL. */
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
  const size = imageSize(bytes);
  if (size === null || size.width === 0 || size.height === 0) throw new PreviewError('malformed');
  if (size.width * size.height > MAX_PIXELS) throw new PreviewError('too_large');
  const bitmap = await decode(
    bytes,
    size.width >= size.height ? 'resizeWidth' : 'resizeHeight',
    Math.max(size.width, size.height),
  );
  const canvas = document.createElement('canvas');
  canvas.className = 'picture';
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', lang.image);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();

  const zoom = document.createElement('button');
  zoom.type = 'button';
  zoom.className = 'zoom';
  zoom.setAttribute('aria-pressed', 'false');
  zoom.textContent = lang.zoomIn;
  const toggle = () => {
    const on = stage.classList.toggle('zoomed');
    zoom.setAttribute('aria-pressed', String(on));
    zoom.textContent = on ? lang.zoomOut : lang.zoomIn;
  };
  zoom.addEventListener('click', toggle);
  canvas.addEventListener('dblclick', toggle);
  stage.append(canvas, zoom);
  return {
    pages: 1,
    height: (canvas.height / canvas.width) * Math.min(canvas.width, stage.clientWidth) + 16,
  };
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
