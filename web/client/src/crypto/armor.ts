/**
 * ASCII armor of age files: strict PEM (chapter 1; RFC 7468 figure 3 as age.md asks).
 *
 * Owns lines, padding and the two marker lines, as streams in constant memory. Does not know what is inside.
 *
 *     for await (const piece of dearmorChunks(blobSource(file))) …
 */
import { b64, unb64 } from './age_header.ts';
import { concat, utf8 } from './encoding.ts';
import { check, malformed } from './errors.ts';
import type { Source } from './sources.ts';

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';
const COLUMNS = 64;
const LINE_BYTES = 48;
const MAX_SPACE = 1024;

/** Whether a file that starts with these bytes is armored, or tries to be. */
export function looksArmored(data: Uint8Array): boolean {
  const start = String.fromCharCode(...data.subarray(0, MAX_SPACE + 16));
  return /^[ \t\r\n]*-----BEGIN/.test(start);
}

/** The armored form, with LF line ends. */
export function armor(data: Uint8Array): Uint8Array {
  const writer = new ArmorWriter();
  return concat(writer.push(data), writer.end());
}

/** The bytes inside. White space may stand before and after, lines end in LF or CRLF; else malformed. */
export function dearmor(data: Uint8Array): Uint8Array {
  const reader = new ArmorReader();
  const inside = reader.push(data);
  reader.end();
  return inside;
}

/** The armored form of everything that the source gives. */
export async function* armorChunks(source: Source): AsyncGenerator<Uint8Array> {
  const writer = new ArmorWriter();
  for await (const piece of source) yield writer.push(piece);
  yield writer.end();
}

/** The bytes inside an armored source. Raises malformed, for a fault of its end only once all was given. */
export async function* dearmorChunks(source: Source): AsyncGenerator<Uint8Array> {
  const reader = new ArmorReader();
  for await (const piece of source) {
    const inside = reader.push(piece);
    if (inside.length > 0) yield inside;
  }
  reader.end();
}

class ArmorWriter {
  private held: Uint8Array = new Uint8Array(0);
  private begun = false;

  /** The lines that are complete with these bytes. */
  push(data: Uint8Array): Uint8Array {
    const all = concat(this.held, data);
    const whole = all.length - (all.length % LINE_BYTES);
    this.held = all.subarray(whole);
    return this.lines(all.subarray(0, whole));
  }

  /** What is left, and the last line. */
  end(): Uint8Array {
    return concat(this.lines(this.held), utf8(`${END}\n`));
  }

  private lines(data: Uint8Array): Uint8Array {
    const lines = this.begun ? [] : [BEGIN];
    this.begun = true;
    for (let start = 0; start < data.length; start += LINE_BYTES) {
      const text = b64(data.subarray(start, start + LINE_BYTES));
      lines.push(text + '='.repeat((4 - (text.length % 4)) % 4));
    }
    return utf8(lines.map((line) => `${line}\n`).join(''));
  }
}

/** Takes armored bytes as they come and gives what is inside. */
class ArmorReader {
  private state: 'before' | 'begin' | 'inside' | 'last' | 'after' = 'before';
  private held = '';
  private space = 0;

  /** What is inside the lines that are complete with these bytes. Raises malformed. */
  push(data: Uint8Array): Uint8Array {
    // A byte a character: what is no ASCII is refused as no base64.
    let rest = this.held + new TextDecoder('latin1').decode(data);
    if (this.state === 'before') rest = this.skip(rest);
    const found: Uint8Array[] = [];
    while (this.state !== 'after' && this.state !== 'before') {
      const end = rest.indexOf('\n');
      if (end < 0) break;
      found.push(this.line(rest.slice(0, end).replace(/\r$/, '')));
      rest = rest.slice(end + 1);
    }
    if (this.state === 'after') rest = this.skip(rest);
    check(rest.length <= 2 * COLUMNS, () => malformed('length of an armored line'));
    this.held = rest;
    return concat(...found);
  }

  /** Raises malformed if the file was cut. */
  end(): void {
    // The last line needs no end of its own.
    const ended = (this.state === 'inside' || this.state === 'last') && this.held === END;
    check(ended || this.state === 'after', () => malformed('the armored file ends without its last line'));
  }

  /** What follows white space, of which there may only be little, and nothing else at the end. */
  private skip(text: string): string {
    const rest = text.replace(/^[ \t\r\n]+/, '');
    this.space += text.length - rest.length;
    check(this.space <= MAX_SPACE, () => malformed('white space around armor'));
    check(rest === '' || this.state === 'before', () => malformed('data after the armored file'));
    if (rest !== '') this.state = 'begin';
    return rest;
  }

  private line(line: string): Uint8Array {
    if (this.state === 'begin') {
      check(line === BEGIN, () => malformed('first line of armor'));
      this.state = 'inside';
      return new Uint8Array(0);
    }
    if (line === END) {
      this.state = 'after';
      this.space = 0;
      return new Uint8Array(0);
    }
    check(this.state === 'inside', () => malformed('a short line that is not the last'));
    check(line.length > 0 && line.length <= COLUMNS && line.length % 4 === 0, () =>
      malformed('length of an armored line'),
    );
    const text = line.replace(/={1,2}$/, '');
    if (line.length < COLUMNS || text !== line) this.state = 'last';
    return unb64(text);
  }
}
