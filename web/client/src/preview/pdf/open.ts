/** A PDF, opened with everything off that a document has no business with. */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { PreviewError } from '../protocol';
import { BundledData } from './data';
import { startPdfWorker } from './port';

const MAX_IMAGE_PIXELS = 64_000_000;
const MAX_PAGES = 5_000;

/** Raises PreviewError: unsupported (it wants a password), malformed, too_large, failed. */
export async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  const task = pdfjs.getDocument({
    data: bytes,
    worker: await startPdfWorker(),
    isEvalSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
    useSystemFonts: true,
    stopAtErrors: false,
    maxImageSize: MAX_IMAGE_PIXELS,
    BinaryDataFactory: BundledData,
    verbosity: 0,
  });
  let file: PDFDocumentProxy;
  try {
    file = await task.promise;
  } catch (cause) {
    const locked = cause instanceof Error && cause.name === 'PasswordException';
    throw new PreviewError(locked ? 'unsupported' : 'malformed');
  }
  if (file.numPages > MAX_PAGES) throw new PreviewError('too_large');
  return file;
}

/** The text that stands on a page, in the order in which the file has it. */
export async function textOn(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ' '}` : '')).join('');
}
