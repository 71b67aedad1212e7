/** One PDF of JPEG pages, each on a sheet of its own shape, no larger than A4. Says neither when nor with what it was made. */
import { PDFDocument } from '@cantoo/pdf-lib';

/** A4 in points. */
const SHORT = 595.28;
const LONG = 841.89;

/** The file of the pages, in their order; each is asked for when its turn comes. */
export async function pdfOf(pages: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const file = await PDFDocument.create({ updateMetadata: false });
  for await (const jpeg of pages) {
    const image = await file.embedJpg(jpeg);
    const lying = image.width > image.height;
    const scale = Math.min((lying ? LONG : SHORT) / image.width, (lying ? SHORT : LONG) / image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    file.addPage([width, height]).drawImage(image, { x: 0, y: 0, width, height });
  }
  return new Uint8Array(await file.save());
}
