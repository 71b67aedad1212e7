/** The worker that draws captured pages and binds them into a PDF; it holds no key and asks the network for nothing. */
import * as Comlink from 'comlink';
import type { Cut } from '../ui/capturedPages';
import { pageOf, photoOf, shownOf, Unreadable, type Photo } from './drawing.ts';

/** A photo as it was taken, and what is to become of it. */
export interface Sheet extends Cut {
  readonly file: Blob;
}

async function readable<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof Unreadable) return null;
    throw thrown;
  }
}

/** Null stands for a photo that this browser does not decode. */
const calls = {
  photo: (file: Blob): Promise<Photo | null> => readable(photoOf(file)),
  shown: (sheet: Sheet): Promise<Blob | null> => readable(shownOf(sheet.file, sheet)),
  /** One PDF of all sheets; `done` is told how many are drawn. */
  pdf: (sheets: readonly Sheet[], done: (count: number) => void): Promise<Blob | null> =>
    readable(bound(sheets, done)),
};

export type CaptureCalls = typeof calls;

async function bound(sheets: readonly Sheet[], done: (count: number) => void): Promise<Blob> {
  const { pdfOf } = await import('./pdf.ts');
  const bytes = await pdfOf(
    (async function* () {
      for (const [index, sheet] of sheets.entries()) {
        const page = await pageOf(sheet.file, sheet);
        yield new Uint8Array(await page.arrayBuffer());
        done(index + 1);
      }
    })(),
  );
  return new Blob([bytes], { type: 'application/pdf' });
}

Comlink.expose(calls);
