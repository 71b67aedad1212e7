/**
 * How the fields of a statement stand in JSON (chapter 5): what shapes.ts offers, and the shapes that statements add.
 *
 * Knows no kind and no key.
 */
import { checkKeyId, type Json } from './encoding.ts';
import { check, limitExceeded, malformed } from './errors.ts';
import { bytes, bytesBetween, checkedText, integer, record, type Of, type Shape } from './shapes.ts';

export const TIME_FROM = 1_577_836_800; // 2020-01-01
export const TIME_UNTIL = 7_258_118_400; // 2200-01-01
export const DAY = 86_400;
export const MAX_STATEMENT = 1 << 20;
// Looser than a statement's own limit, which its reader checks.
const MAX_SIGNED = Number.MAX_SAFE_INTEGER;

/** A statement's received bytes (canonical JSON) with its Ed25519 signature (64 bytes). */
export const signedShape = record({ signature: bytes(64), statement: bytesBetween(0, MAX_SIGNED) });
export type Signed = Of<typeof signedShape>;

/** `{"signature", "statement"}`, both base64url. */
export function signedToWire(signed: Signed): { readonly signature: string; readonly statement: string } {
  return signedShape.encode(signed) as { signature: string; statement: string };
}

/** Reverse of `signedToWire`, for any parsed JSON; nothing is verified. Raises malformed. */
export function signedFromWire(value: unknown): Signed {
  check(typeof value === 'object' && value !== null, () => malformed('not a signed statement'));
  return signedShape.decode(value as Json);
}

/** Seconds since 1970, from 2020 to before 2200. */
export const time: Shape<number> = integer(TIME_FROM, TIME_UNTIL - 1);
export const hash: Shape<Uint8Array> = bytes(32);
export const keyIdShape = checkedText(checkKeyId);

/** Printable ASCII without space. */
export function ascii(maximum: number): Shape<string> {
  return checkedText((value) => {
    check(value.length <= maximum, () => limitExceeded('text is too long'));
    check(/^[!-~]+$/.test(value), () => malformed('expected printable ASCII'));
    return value;
  });
}
