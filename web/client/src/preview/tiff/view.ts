/** TIFF, of one or many pages (faxes and scanners write them), decoded page by page by UTIF. */
import * as UTIF from 'utif2';
import { Desk } from '../desk/desk';
import { Sheets, type Sheet } from '../desk/sheets';
import { pageTools, sheetTools } from '../desk/sheetTools';
import { PreviewError } from '../protocol';
import type { Shown } from '../stage';
import type { Words } from '../words';
import { tiffPages, type TiffPage } from './chain';

const MAX_PRINTED = 200;

export async function showTiff(
  bytes: Uint8Array<ArrayBuffer>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  const pages = tiffPages(bytes);
  const draw = drawer(bytes);
  const first = pages[0];
  // What cannot be drawn at all is told apart from a page that cannot.
  if (first !== undefined) draw(first);
  const desk = new Desk(stage, lang);
  const sheets = new Sheets(
    desk.pane,
    pages.map((page, index): Sheet => {
      const { width, height } = page;
      const label = lang.page(index + 1, pages.length);
      return { width, height, label, draw: () => Promise.resolve().then(() => draw(page)) };
    }),
  );
  const boxes = [...desk.pane.querySelectorAll('.sheet')];
  const field = pageTools(desk, lang, pages.length, (page) => {
    boxes[page - 1]?.scrollIntoView({ block: 'start' });
  });
  desk.pane.addEventListener('scroll', () => field?.tell(inSight(desk.pane, boxes)));
  sheetTools(desk, lang, sheets);
  desk.help();
  await sheets.first();
  const print: Shown['print'] = async (give) => {
    for (const page of pages.slice(0, MAX_PRINTED)) give(await createImageBitmap(draw(page)));
    if (pages.length > MAX_PRINTED) give(lang.cut);
  };
  return { pages: pages.length, height: desk.heightFor(sheets.height), print };
}

/** The page that stands a third down the pane, from 1. */
function inSight(pane: HTMLElement, boxes: readonly Element[]): number {
  const line = pane.getBoundingClientRect().top + pane.clientHeight / 3;
  const below = boxes.findIndex((box) => box.getBoundingClientRect().bottom > line);
  return below === -1 ? boxes.length : below + 1;
}

/** Draws pages of a file. Raises PreviewError. */
function drawer(bytes: Uint8Array<ArrayBuffer>): (page: TiffPage) => HTMLCanvasElement {
  // The decoder has no errors of its own: a hostile file makes it throw anything.
  const found = guarded(() => UTIF.decode(bytes.buffer));
  return ({ index, width, height }) => {
    const image = found[index];
    if (image === undefined) throw new PreviewError('malformed');
    return guarded(() => {
      UTIF.decodeImage(bytes.buffer, image);
      const pixels = UTIF.toRGBA8(image);
      // What was decoded is not kept: a page costs as much as its pixels.
      image.data = undefined;
      if (pixels.length < width * height * 4) throw new PreviewError('malformed');
      const canvas = document.createElement('canvas');
      canvas.width = width;
      canvas.height = height;
      const data = new ImageData(
        new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, width * height * 4),
        width,
        height,
      );
      canvas.getContext('2d')?.putImageData(data, 0, 0);
      return canvas;
    });
  };
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof PreviewError ? cause : new PreviewError('malformed');
  }
}
