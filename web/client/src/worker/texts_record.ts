/** The form in which words of texts are kept, one sealed record a document, and handed to the thread that searches. */
import { fromUtf8, utf8 } from '../crypto/encoding.ts';
import type { TextOf } from '../search/record_index.ts';

/** Of a version of a document; `words` may be empty: then the document has no text, or none that can be read. */
export interface KeptText {
  readonly version: number;
  readonly words: string;
}

export function writeText({ version, words }: KeptText): Uint8Array {
  return utf8(JSON.stringify({ version, words }));
}

/** Undefined for what is none. */
export function readText(data: Uint8Array): KeptText | undefined {
  const { version, words } = JSON.parse(fromUtf8(data)) as Partial<KeptText>;
  return typeof version === 'number' && typeof words === 'string' ? { version, words } : undefined;
}

export function packTexts(texts: readonly TextOf[]): ArrayBuffer {
  return Uint8Array.from(utf8(JSON.stringify(texts))).buffer;
}

export function readTexts(data: ArrayBuffer): readonly TextOf[] {
  return JSON.parse(new TextDecoder().decode(data)) as readonly TextOf[];
}
