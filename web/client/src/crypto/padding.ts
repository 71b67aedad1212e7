/**
 * Sizes that tell little: Padmé and padded frames (chapters 0 and 4).
 *
 * Owns the two padding rules and knows nothing of what is padded.
 */
import { concat } from './encoding.ts';
import { check, malformed } from './errors.ts';

const LENGTH_SIZE = 4;

/** The Padmé size for a length in bytes, up to 2^53: at most 12 % more. */
export function padme(length: number): number {
  if (length < 2) return length;
  const exponent = bitLength(length) - 1;
  // Plain arithmetic: bit operators would cut a length over 4 GiB to 32 bits.
  const unit = 2 ** (exponent - bitLength(exponent));
  return Math.ceil(length / unit) * unit;
}

/** `u32(len) ‖ message ‖ zeros`, padded to the Padmé size of at least `floor` bytes. */
export function frame(message: Uint8Array, floor: number): Uint8Array {
  const framed = new Uint8Array(padme(Math.max(LENGTH_SIZE + message.length, floor)));
  new DataView(framed.buffer).setUint32(0, message.length);
  framed.set(message, LENGTH_SIZE);
  return framed;
}

/** Reverse of `frame`. Raises malformed for another total length than it gives, or padding that is not zero. */
export function unframe(framed: Uint8Array, floor: number): Uint8Array {
  check(framed.length >= LENGTH_SIZE, () => malformed('length of a frame'));
  const end = LENGTH_SIZE + new DataView(framed.buffer, framed.byteOffset).getUint32(0);
  check(framed.length === padme(Math.max(end, floor)), () => malformed('length of a frame'));
  check(
    framed.subarray(end).every((byte) => byte === 0),
    () => malformed('padding that is not zero'),
  );
  return concat(framed.subarray(LENGTH_SIZE, end));
}

function bitLength(value: number): number {
  let bits = 0;
  for (let rest = value; rest >= 1; rest /= 2) bits++;
  return bits;
}
