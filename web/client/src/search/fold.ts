/** Texts as they are compared and looked up: without accents and case, cut into words. */

const LIGATURES: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ß: 'ss' };

/** «Échographie du cœur» → «echographie du coeur». */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæß]/g, (letter) => LIGATURES[letter] ?? letter);
}

/** The words of a text that was folded, in their order. */
export function wordsIn(folded: string): readonly string[] {
  return folded.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** So many different words of a text are kept, and none longer. */
const MOST_WORDS = 20_000;
const LONGEST = 40;

/** What is kept of a document's text: each word once, folded, in the order in which it first stands; single letters are nothing to look for. */
export function vocabularyOf(text: string): string {
  const found = new Set<string>();
  for (const word of wordsIn(fold(text))) {
    if (word.length < 2 || word.length > LONGEST) continue;
    found.add(word);
    if (found.size === MOST_WORDS) break;
  }
  return [...found].join(' ');
}

/** A piece of a text: as it stands there, and whether it was looked for. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** A text in pieces, of which those are hits whose folded form is one of `words`. */
export function piecesOf(text: string, words: ReadonlySet<string>): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const [piece] of text.matchAll(/[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu)) {
    const hit = words.has(fold(piece));
    const last = pieces.at(-1);
    if (last !== undefined && last.hit === hit && !hit)
      pieces[pieces.length - 1] = { text: last.text + piece, hit };
    else pieces.push({ text: piece, hit });
  }
  return pieces;
}
