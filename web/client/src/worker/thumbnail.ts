/**
 * Thumbnails of images: a small JPEG drawn anew, so that nothing of the file's own metadata (place, device) stays.
 *
 * None for other kinds of documents, for images that do not decode, and for those too large to decode lightly.
 */
const MAX_BYTES = 65_536;
const MAX_FILE = 40 << 20;
const EDGE = 320;
const QUALITIES = [0.8, 0.6, 0.4, 0.2];
const DRAWABLE = /^image\/(jpeg|png|webp|gif|bmp)$/;

/** A JPEG of at most 64 KiB, or undefined. */
export async function makeThumbnail(file: File, mime: string): Promise<Uint8Array | undefined> {
  if (!DRAWABLE.test(mime) || file.size > MAX_FILE) return undefined;
  try {
    // One side is given, so that the decoder scales down and keeps the proportions.
    const image = await createImageBitmap(file, { resizeWidth: EDGE, resizeQuality: 'medium' });
    return await encode(image);
  } catch {
    // Not an image after all, or more pixels than this browser draws: a document may have no thumbnail.
    return undefined;
  }
}

async function encode(image: ImageBitmap): Promise<Uint8Array | undefined> {
  const scale = Math.min(1, EDGE / Math.max(image.width, image.height));
  const [width, height] = [
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
  ];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  image.close();
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
    if (blob.size <= MAX_BYTES) return new Uint8Array(await blob.arrayBuffer());
  }
  return undefined;
}
