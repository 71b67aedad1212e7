/**
 * The printable recovery kit: one A4 page with the twelve words and their QR code, made in the browser.
 *
 * Loaded only when somebody asks for it. Knows what the kit is made of as text, not its keys. The command line prints the same
 * page (vault/client/kit_pdf.py).
 */
import { PDFDocument, StandardFonts, type PDFFont, type PDFPage } from '@cantoo/pdf-lib';
import { localeOf } from '../i18n/locale.ts';
import type { Language } from '../ui/models';
import { drawQr, INK, printable, QUIET, wrapped } from './pdfText.ts';

export interface KitPage {
  readonly language: Language;
  readonly words: readonly string[];
  /** Text of the QR code. */
  readonly qr: string;
  readonly address: string;
  readonly origin: string;
  readonly date: Date;
}

const WIDTH = 595.28;
const HEIGHT = 841.89;
const MARGIN = 56;

const TEXTS = {
  fr: {
    title: 'Kit de secours Coffre',
    lead: 'Ces douze mots rouvrent votre coffre si vous perdez votre mot de passe. Personne d’autre n’en a de copie.',
    account: 'Compte',
    server: 'Serveur',
    made: 'Fait le',
    words: 'Vos douze mots, dans l’ordre',
    scan: 'Le même kit, à scanner avec l’appareil photo de votre téléphone',
    advice: [
      'Gardez cette page avec vos papiers importants, loin de votre ordinateur.',
      'Quiconque a cette page peut ouvrir votre coffre : ne la photographiez pas, ne l’envoyez pas.',
      'Après un changement de mot de passe, ce kit reste valable.',
    ],
  },
  en: {
    title: 'Coffre recovery kit',
    lead: 'These twelve words open your vault again if you lose your password. Nobody else has a copy of them.',
    account: 'Account',
    server: 'Server',
    made: 'Made on',
    words: 'Your twelve words, in order',
    scan: 'The same kit, to scan with your phone’s camera',
    advice: [
      'Keep this page with your important papers, away from your computer.',
      'Whoever has this page can open your vault: do not photograph it, do not send it.',
      'After a change of password this kit stays valid.',
    ],
  },
} as const;

/** The page as a PDF file. */
export async function kitPdf(kit: KitPage): Promise<Blob> {
  const texts = TEXTS[kit.language];
  const file = await PDFDocument.create();
  file.setTitle(texts.title);
  file.setLanguage(kit.language);
  const page = file.addPage([WIDTH, HEIGHT]);
  const plain = await file.embedFont(StandardFonts.Helvetica);
  const bold = await file.embedFont(StandardFonts.HelveticaBold);
  const mono = await file.embedFont(StandardFonts.CourierBold);
  const write = new Writer(page);
  write.line(texts.title, bold, 26, 40);
  write.paragraph(texts.lead, plain, 12);
  write.gap(14);
  const day = new Intl.DateTimeFormat(localeOf(kit.language), { dateStyle: 'long' }).format(kit.date);
  write.fact(texts.account, kit.address, plain, bold);
  write.fact(texts.server, kit.origin, plain, bold);
  write.fact(texts.made, day, plain, bold);
  write.gap(18);
  write.line(texts.words, bold, 14, 26);
  writeWords(write, kit.words, plain, mono);
  write.gap(16);
  write.line(texts.scan, bold, 12, 18);
  drawQr(page, kit.qr, MARGIN, write.top - 190, 180);
  write.gap(212);
  for (const advice of texts.advice) write.paragraph(`•  ${advice}`, plain, 11);
  const bytes = await file.save();
  return new Blob([Uint8Array.from(bytes)], { type: 'application/pdf' });
}

/** Writes from the top of a page down. */
class Writer {
  top = HEIGHT - MARGIN;
  private readonly page: PDFPage;

  constructor(page: PDFPage) {
    this.page = page;
  }

  gap(height: number): void {
    this.top -= height;
  }

  text(text: string, x: number, font: PDFFont, size: number, color = INK): void {
    this.page.drawText(printable(font, text), { x, y: this.top, font, size, color });
  }

  line(text: string, font: PDFFont, size: number, height: number): void {
    this.top -= size;
    this.text(text, MARGIN, font, size);
    this.top -= height - size;
  }

  fact(name: string, value: string, plain: PDFFont, bold: PDFFont): void {
    this.top -= 12;
    this.text(name, MARGIN, plain, 11, QUIET);
    this.text(value, MARGIN + 90, bold, 11);
    this.top -= 8;
  }

  paragraph(text: string, font: PDFFont, size: number): void {
    for (const line of wrapped(font, text, size, WIDTH - 2 * MARGIN))
      this.line(line, font, size, size * 1.45);
  }
}

/** Three columns of four, numbered down. */
function writeWords(write: Writer, words: readonly string[], plain: PDFFont, mono: PDFFont): void {
  const rows = Math.ceil(words.length / 3);
  for (let row = 0; row < rows; row++) {
    write.top -= 16;
    for (let column = 0; column < 3; column++) {
      const index = column * rows + row;
      const x = MARGIN + column * 162;
      write.text(String(index + 1), x, plain, 10, QUIET);
      write.text(words[index] ?? '', x + 22, mono, 15);
    }
    write.top -= 10;
  }
}
