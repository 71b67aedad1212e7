/** Plain text, as text content: nothing in it is ever parsed as markup. The browser's own search finds in it. */
import { Desk } from './desk/desk';
import type { Shown } from './stage';
import type { Words } from './words';

/** Longer texts are cut: a log of a gigabyte would freeze the layout. */
const MAX_BYTES = 2_000_000;
/** Sizes of the text, in rem. */
const SIZES = [0.75, 0.8125, 0.9375, 1.125, 1.375, 1.75, 2.25] as const;
const NORMAL = 2;
/** CSS pixels around a text. */
const MARGIN = 10;

export function showText(bytes: Uint8Array, stage: HTMLElement, lang: Words): Shown {
  const desk = new Desk(stage, lang);
  const block = document.createElement('pre');
  block.className = 'text';
  block.textContent = decodeText(bytes.subarray(0, MAX_BYTES));
  desk.pane.append(block);
  if (bytes.length > MAX_BYTES) {
    const note = document.createElement('p');
    note.className = 'note';
    note.textContent = lang.cut;
    desk.pane.append(note);
  }
  sizeTools(desk, lang, block);
  desk.toggle({ icon: 'wrap', label: lang.wrap, keys: ['w'] }, true, (on) =>
    block.classList.toggle('unwrapped', !on),
  );
  desk.help();
  const print: Shown['print'] = (give) => {
    give(desk.pane.textContent);
    return Promise.resolve();
  };
  return {
    pages: 1,
    height: desk.heightFor(block.offsetHeight + 2 * MARGIN + (bytes.length > MAX_BYTES ? 40 : 0)),
    print,
  };
}

/** Larger and smaller, of anything that is set as text. */
export function sizeTools(desk: Desk, lang: Words, of: HTMLElement): void {
  let size = NORMAL;
  const set = (next: number) => {
    size = Math.min(SIZES.length - 1, Math.max(0, next));
    of.style.fontSize = `${SIZES[size] ?? 1}rem`;
  };
  desk.tool({ icon: 'smaller', label: lang.smaller, keys: ['-'], run: () => set(size - 1) });
  desk.tool({ icon: 'larger', label: lang.larger, keys: ['+', '='], run: () => set(size + 1) });
}

/** UTF-8 (or UTF-16 with its mark), else Windows-1252, in which French files of before were written. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const utf8 = new TextDecoder('utf-8').decode(bytes);
  // A cut may fall inside a character, so one replacement at the very end is no sign of another encoding.
  return utf8.slice(0, -1).includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : utf8;
}
