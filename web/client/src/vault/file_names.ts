/**
 * File names that are safe in any folder and on any system (the rules of `vault/client/destination.py`).
 *
 * Owns grammar only: no separators, no device names, no leading dot, nothing that does not print.
 */
const FORBIDDEN = /[<>:"/\\|?*]|[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const EDGES = /^[ .]+|[ .]+$/g;
const RESERVED = /^(?:con|prn|aux|nul|(?:com|lpt)[1-9])$/;
const NAME_BYTES = 200;
const ENDING_BYTES = 16;
const encoder = new TextEncoder();

/** The name without what is unsafe in it; `fallback` when nothing is left. */
export function safeName(name: string, fallback: string): string {
  const kept = name.replace(FORBIDDEN, '').replace(EDGES, '');
  const [before, dot, after] = split(kept);
  const whole = bytesOf(after) > ENDING_BYTES || before === '';
  const ending = whole ? '' : dot + after;
  const stem = cut(whole ? kept : before, NAME_BYTES - bytesOf(ending)).replace(/[ .]+$/, '');
  if (stem === '') return fallback;
  const reserved = RESERVED.test((stem.split('.')[0] ?? '').toLowerCase());
  return `${reserved ? '_' : ''}${stem}${ending}`;
}

/** `name`, or `name (2)` and so on: one that is not in `taken`, compared without case; adds it there. */
export function freeName(name: string, taken: Set<string>): string {
  const [stem, ending] = stemOf(name);
  let candidate = name;
  for (let number = 2; taken.has(candidate.toLowerCase()); number++) {
    candidate = `${stem} (${String(number)})${ending}`;
  }
  taken.add(candidate.toLowerCase());
  return candidate;
}

/** Something added to the name before its ending. */
export function withSuffix(name: string, suffix: string): string {
  const [stem, ending] = stemOf(name);
  return `${stem}${suffix}${ending}`;
}

/** What stands before the last dot, and that with what follows; names that begin with it have no ending. */
function stemOf(name: string): readonly [string, string] {
  const [stem, dot, ending] = split(name);
  return stem === '' ? [name, ''] : [stem, dot + ending];
}

function split(name: string): readonly [string, string, string] {
  const at = name.lastIndexOf('.');
  return at < 0 ? [name, '', ''] : [name.slice(0, at), '.', name.slice(at + 1)];
}

/** At most so many bytes of UTF-8, no character cut in two. */
function cut(text: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += bytesOf(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}
