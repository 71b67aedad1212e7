/** Plain pieces to elements of the page: only `createElement` with names of our own, and text. */
import { imageCanvas } from '../image';
import { PreviewError } from '../protocol';
import type { CdaWords } from '../words';
import type { Element, Piece } from './narrative';
import type { CdaDocument } from './read';

/** The title, a warning, and the header's facts, which open. */
export function aboutOf(read: CdaDocument, words: CdaWords): readonly HTMLElement[] {
  const title = document.createElement('h1');
  title.textContent = read.title;
  const about = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = words.about;
  const list = document.createElement('dl');
  for (const { term, text } of read.facts) {
    const name = document.createElement('dt');
    name.textContent = term;
    const value = document.createElement('dd');
    value.textContent = text;
    list.append(name, value);
  }
  about.append(summary, list);
  // Beside its own text, the header stays closed where little room is left.
  about.open = read.carried === undefined;
  const warning = document.createElement('p');
  warning.className = 'cda-warning';
  warning.textContent = words.confidential;
  return [title, ...(read.confidential ? [warning] : []), about];
}

export async function drawPieces(pieces: readonly Piece[]): Promise<readonly (Node | string)[]> {
  const drawn: (Node | string)[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') drawn.push(piece);
    else if ('tag' in piece) drawn.push(await element(piece));
    else drawn.push(await picture(piece.picture, piece.alternative));
  }
  return drawn;
}

async function element({ tag, children, columns, rows }: Element): Promise<HTMLElement> {
  const made = document.createElement(tag);
  if (made instanceof HTMLTableCellElement) {
    if (columns !== undefined) made.colSpan = columns;
    if (rows !== undefined) made.rowSpan = rows;
  }
  made.append(...(await drawPieces(children)));
  if (tag !== 'table') return made;
  // A table wider than the window scrolls by itself, also with the keyboard.
  const box = document.createElement('div');
  box.className = 'cda-table';
  box.tabIndex = 0;
  box.setAttribute('role', 'group');
  const [caption] = made.querySelectorAll('caption');
  if (caption !== undefined) box.setAttribute('aria-label', caption.textContent);
  box.append(made);
  return box;
}

async function picture(bytes: Uint8Array<ArrayBuffer>, alternative: string): Promise<Node | string> {
  try {
    const canvas = await imageCanvas(bytes);
    canvas.className = 'cda-picture';
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', alternative);
    return canvas;
  } catch (cause) {
    if (!(cause instanceof PreviewError)) throw cause;
    return alternative;
  }
}
