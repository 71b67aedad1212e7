/** What the pages to print share: text that standard fonts can write, wrapped lines, QR codes as rectangles. */
import { rgb, type PDFFont, type PDFPage } from '@cantoo/pdf-lib';
import QRCode from 'qrcode';

export const INK = rgb(0.1, 0.14, 0.16);
export const QUIET = rgb(0.38, 0.43, 0.45);

/** A QR code, level M, its lower left corner at (x, y); the quiet zone is the page's. */
export function drawQr(page: PDFPage, text: string, x: number, y: number, size: number): void {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const module = size / modules.size;
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue;
      const top = y + size - (row + 1) * module;
      // A hair wider than a module, so that viewers draw no lines between neighbours.
      page.drawRectangle({
        x: x + column * module,
        y: top,
        width: module + 0.05,
        height: module + 0.05,
        color: rgb(0, 0, 0),
      });
    }
  }
}

/** The standard fonts know Latin letters only; anything else would make the page fail. */
export function printable(font: PDFFont, text: string): string {
  const known = new Set(font.getCharacterSet());
  return Array.from(text.normalize('NFC').replaceAll('\u202f', ' '), (character) =>
    known.has(character.codePointAt(0) ?? 0) ? character : '?',
  ).join('');
}

/** A text in lines of at most `width`; a word that is longer is cut. */
export function wrapped(font: PDFFont, text: string, size: number, width: number): readonly string[] {
  const fits = (line: string) => font.widthOfTextAtSize(line, size) <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of printable(font, text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (!fits(line + character)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return [...lines, line];
}
