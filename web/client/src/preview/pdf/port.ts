/**
 * pdf.js's worker on a thread of its own, so that scrolling stays smooth while pages are read. An opaque origin cannot start a
 * worker from our address, nor a module from a blob (Chromium 156 ends it without a word), so that its script comes as text and
 * starts as a classic script (preview/worker.ts).
 */
import { PDFWorker } from 'pdfjs-dist/legacy/build/pdf.mjs';
import script from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?raw';
import { startWorker } from '../worker';

/** Raises PreviewError: failed. */
export async function startPdfWorker(): Promise<PDFWorker> {
  const port = await startWorker(classicScript(script));
  return new PDFWorker({ port } as unknown as ConstructorParameters<typeof PDFWorker>[0]);
}

/** The module without what only modules may say: its own address, which nothing here fetches from, and its export. */
export function classicScript(module: string): string {
  return module.replaceAll('import.meta.url', '""').replace(/export\s*\{[^}]*\};?\s*$/, '');
}
