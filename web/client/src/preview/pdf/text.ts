/** The text of a PDF, for the search of whoever opened it. */
import { openPdf, textOn } from './open';

const MAX_PAGES = 1000;

/** Page after page until `limit` characters; raises PreviewError. A page that cannot be read is passed over. */
export async function textOfPdf(bytes: Uint8Array, limit: number): Promise<string> {
  const file = await openPdf(bytes);
  let text = '';
  try {
    for (let number = 1; number <= Math.min(file.numPages, MAX_PAGES) && text.length < limit; number += 1) {
      try {
        const page = await file.getPage(number);
        text += `${await textOn(page)}\n`;
        page.cleanup();
      } catch {
        // The others remain.
      }
      // Its frame may share a thread with the app.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  } finally {
    await file.loadingTask.destroy();
  }
  return text.slice(0, limit);
}
