/**
 * Raw DEFLATE (RFC 1951) of files by others, with a bound (spec chapter 8). Ours are never compressed.
 */
import { concat } from './encoding.ts';
import { check, limitExceeded, malformed } from './errors.ts';

/** What was compressed, `limit` bytes at most. Raises limit_exceeded; malformed: no such stream, or one that was cut. */
export async function inflate(data: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const inflated = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = inflated.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const step = await reader.read().catch(() => {
      throw malformed('not a compressed stream');
    });
    if (step.done) return concat(...pieces);
    length += step.value.length;
    if (length > limit) await reader.cancel();
    check(length <= limit, () => limitExceeded('what was compressed is too long'));
    pieces.push(step.value);
  }
}
