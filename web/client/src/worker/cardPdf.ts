/**
 * The emergency card on paper (chapter 10, "Card"): its text and its QR code in the size of a bank card, made in the browser.
 *
 * Loaded only when somebody asks for it. The command line prints the same page (vault/client/card_pdf.py).
 */
import { PDFDocument, rgb, StandardFonts, type PDFFont, type PDFPage } from '@cantoo/pdf-lib';
import type { Language } from '../ui/models';
import { drawQr, INK, printable, QUIET, wrapped } from './pdfText.ts';

/** ID-1 of ISO/IEC 7810, as bank cards. */
const MM = 72 / 25.4;
const PAGE: [number, number] = [595.28, 841.89];
const WIDTH = 85.6 * MM;
const HEIGHT = 53.98 * MM;
const MARGIN = 19.4 * MM;
const PADDING = 3.5 * MM;
const BAND = 7 * MM;
const QR = 46 * MM;
const LARGEST = 8.5;
const LINE = 1.2;
const RED = rgb(0.69, 0.125, 0.145);
const WHITE = rgb(1, 1, 1);

const TEXTS = {
  fr: {
    title: 'Carte d’urgence',
    how: 'Découpez le long du trait, pliez au milieu. Qui tient cette carte peut tout y lire, sans clé et sans réseau : elle ne dit que ce que vous avez choisi. Refaites-la quand quelque chose change.',
  },
  en: {
    title: 'Emergency card',
    how: 'Cut along the line, fold in the middle. Whoever holds this card can read all of it, without a key and without network: it says only what you chose. Make another one when something changes.',
  },
} as const;
const BACK = [
  'Scannez : le même texte s’affiche, sans réseau.',
  'Scan: the same text is shown, without network.',
  'Lisible par qui la tient.',
  'Readable by whoever holds it.',
];

interface Fonts {
  readonly plain: PDFFont;
  readonly bold: PDFFont;
}

/** The page as a PDF file; `text` is the card's, its first line the heading. Twice, front and back side by side. */
export async function cardPdf(text: string, language: Language): Promise<Blob> {
  const { title, how } = TEXTS[language];
  const file = await PDFDocument.create();
  file.setTitle(title);
  file.setLanguage(language);
  const page = file.addPage(PAGE);
  const fonts = {
    plain: await file.embedFont(StandardFonts.Helvetica),
    bold: await file.embedFont(StandardFonts.HelveticaBold),
  };
  let top = PAGE[1] - MARGIN - 20;
  page.drawText(printable(fonts.bold, title), { x: MARGIN, y: top, font: fonts.bold, size: 20, color: INK });
  top -= 22;
  for (const line of wrapped(fonts.plain, how, 10.5, PAGE[0] - 2 * MARGIN)) {
    page.drawText(line, { x: MARGIN, y: top, font: fonts.plain, size: 10.5, color: INK });
    top -= 15;
  }
  drawCard(page, fonts, text, top - 20);
  drawCard(page, fonts, text, top - 20 - HEIGHT - 14 * MM);
  return new Blob([Uint8Array.from(await file.save())], { type: 'application/pdf' });
}

/** Front to the left, back to the right of the fold. */
function drawCard(page: PDFPage, fonts: Fonts, text: string, top: number): void {
  const bottom = top - HEIGHT;
  const fold = MARGIN + WIDTH;
  const line = { color: QUIET, thickness: 0.5 };
  page.drawRectangle({
    x: MARGIN,
    y: bottom,
    width: 2 * WIDTH,
    height: HEIGHT,
    borderColor: QUIET,
    borderWidth: 0.5,
  });
  page.drawLine({ start: { x: fold, y: bottom }, end: { x: fold, y: top }, dashArray: [4, 4], ...line });
  drawFront(page, fonts, text, top);
  const edge = (HEIGHT - QR) / 2;
  drawQr(page, text, fold + edge, bottom + edge, QR);
  const x = fold + edge + QR + 1.5 * MM;
  let y = top - 12 * MM;
  for (const said of BACK) {
    for (const part of wrapped(fonts.plain, said, 7.5, fold + WIDTH - x - 2 * MM)) {
      page.drawText(part, { x, y, font: fonts.plain, size: 7.5, color: INK });
      y -= 9.5;
    }
    y -= 4.5;
  }
}

function drawFront(page: PDFPage, { plain, bold }: Fonts, text: string, top: number): void {
  const [heading = '', ...lines] = text.split('\n');
  page.drawRectangle({ x: MARGIN, y: top - BAND, width: WIDTH, height: BAND, color: RED });
  page.drawText(printable(bold, heading), {
    x: MARGIN + PADDING,
    y: top - BAND + 6,
    font: bold,
    size: 11,
    color: WHITE,
  });
  const width = WIDTH - 2 * PADDING;
  const room = HEIGHT - BAND - 3.6 * MM;
  let size = LARGEST;
  let body = lines.flatMap((line) => wrapped(plain, line, size, width));
  // Nothing is left out: what is long is small, and the code says it, too.
  while (size > 1 && body.length * size * LINE > room) {
    size -= 0.25;
    body = lines.flatMap((line) => wrapped(plain, line, size, width));
  }
  let y = top - BAND - 1.8 * MM;
  for (const line of body) {
    y -= size * LINE;
    page.drawText(line, { x: MARGIN + PADDING, y: y + size * 0.25, font: plain, size, color: INK });
  }
}
