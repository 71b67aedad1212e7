/** A PDF's pages as a printer needs them. */
import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { PaperPage } from '../stage';
import type { Words } from '../words';

/** More is for the download; each page on its way to paper costs the app some hundred kilobytes. */
const MAX_PRINTED = 200;
/** The short side of A4 at 150 dots an inch. */
const PAPER_PIXELS = 1240;
const MAX_SCALE = 8;

export async function printPdf(
  file: PDFDocumentProxy,
  lang: Words,
  give: (page: PaperPage) => void,
): Promise<void> {
  for (let number = 1; number <= Math.min(file.numPages, MAX_PRINTED); number += 1)
    give(await onPaper(file, number));
  if (file.numPages > MAX_PRINTED) give(lang.cut);
}

/** At most as wide as A4 at 150 dots an inch. */
async function onPaper(file: PDFDocumentProxy, number: number): Promise<ImageBitmap> {
  const page = await file.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(PAPER_PIXELS / Math.min(width, height), MAX_SCALE) });
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(Math.max(1, Math.floor(viewport.width)), 4 * PAPER_PIXELS);
  canvas.height = Math.min(Math.max(1, Math.floor(viewport.height)), 4 * PAPER_PIXELS);
  try {
    await page.render({ canvas, viewport, intent: 'print' }).promise;
  } catch {
    // A page that cannot be drawn stays blank, as on the screen.
  }
  return createImageBitmap(canvas);
}
