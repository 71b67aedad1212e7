/**
 * Opening a PDF with pdf.js, and the text of its pages. No scripting, no forms, no eval; pdf.js's worker code runs in this frame's own
 * thread, since an opaque origin cannot start a worker from our origin.
 */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import * as worker from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { PreviewError } from '../protocol';
import { BundledData } from './data';

const MAX_IMAGE_PIXELS = 64_000_000;

/** Opens a PDF. Raises PreviewError: `unsupported` behind a password, `malformed`. */
export async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  (globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = worker;
  const task = pdfjs.getDocument({
    data: bytes,
    isEvalSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
    useSystemFonts: true,
    stopAtErrors: false,
    maxImageSize: MAX_IMAGE_PIXELS,
    BinaryDataFactory: BundledData,
    verbosity: 0,
  });
  try {
    return await task.promise;
  } catch (cause) {
    const locked = cause instanceof Error && cause.name === 'PasswordException';
    throw new PreviewError(locked ? 'unsupported' : 'malformed');
  }
}

/** The text that stands on a page, in the order in which the file has it. */
export async function textOn(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ' '}` : '')).join('');
}
