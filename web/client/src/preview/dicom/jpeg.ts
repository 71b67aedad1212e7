/** 8-bit JPEG frames by the browser's own decoder. */
import { imageSize } from '../imageSize';
import { PreviewError } from '../protocol';

/** Adobe's marker that says «these three components are RGB already». */
const ADOBE_RGB = [
  0xff, 0xee, 0x00, 0x0e, 0x41, 0x64, 0x6f, 0x62, 0x65, 0x00, 0x64, 0x00, 0x00, 0x00, 0x00, 0x00,
];

export async function decodeJpeg(
  raw: Uint8Array,
  rows: number,
  columns: number,
  samples: 1 | 3,
  rgb: boolean,
): Promise<Uint8Array> {
  const size = imageSize(raw);
  if (size?.width !== columns || size.height !== rows) throw new PreviewError('malformed');
  const marked =
    rgb && samples === 3 && !hasAdobe(raw)
      ? new Uint8Array([...raw.subarray(0, 2), ...ADOBE_RGB, ...raw.subarray(2)])
      : raw.slice();
  const bitmap = await createImageBitmap(new Blob([marked]), {
    colorSpaceConversion: 'none',
    imageOrientation: 'none' as ImageOrientation,
  }).catch(() => {
    throw new PreviewError('unsupported');
  });
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new PreviewError('failed');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const rgba = context.getImageData(0, 0, columns, rows).data;
  const out = new Uint8Array(rows * columns * samples);
  for (let pixel = 0; pixel < rows * columns; pixel += 1) {
    for (let sample = 0; sample < samples; sample += 1)
      out[pixel * samples + sample] = rgba[pixel * 4 + sample] ?? 0;
  }
  return out;
}

function hasAdobe(raw: Uint8Array): boolean {
  for (let at = 2; at < Math.min(raw.length - 6, 2048); at += 1) {
    if (raw[at] === 0xff && raw[at + 1] === 0xee && raw[at + 4] === 0x41 && raw[at + 5] === 0x64) return true;
  }
  return false;
}
