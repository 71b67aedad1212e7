/** Plain text, as text content: nothing in it is ever parsed as markup. */
import type { Shown } from './stage';
import type { Words } from './words';

/** Longer texts are cut: a log of a gigabyte would freeze the layout. */
const MAX_BYTES = 2_000_000;

export function showText(bytes: Uint8Array, stage: HTMLElement, lang: Words): Shown {
  const block = document.createElement('pre');
  block.className = 'text';
  block.tabIndex = 0;
  block.textContent = decodeText(bytes.subarray(0, MAX_BYTES));
  stage.append(block);
  if (bytes.length > MAX_BYTES) {
    const note = document.createElement('p');
    note.className = 'note';
    note.textContent = lang.cut;
    stage.append(note);
  }
  const print: Shown['print'] = (give) => {
    give(stage.textContent);
    return Promise.resolve();
  };
  return { pages: 1, height: stage.scrollHeight + 2, print };
}

/** UTF-8 (or UTF-16 with its mark), else Windows-1252, in which French files of before were written. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const utf8 = new TextDecoder('utf-8').decode(bytes);
  // A cut may fall inside a character, so one replacement at the very end is no sign of another encoding.
  return utf8.slice(0, -1).includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : utf8;
}
