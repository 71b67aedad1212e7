/**
 * The errors of chapter 0: one class, a closed set of codes, the same in Python and in the test vectors.
 *
 * Messages are fixed sentences for developers. They never carry names, addresses, key bytes or anything else that came
 * with the data; what people read is chosen by `code` in the user interface.
 */

/** Codes of chapter 0, and `weak_password`, which only a client that chooses a password can raise. */
export type ErrorCode =
  | 'malformed'
  | 'unsupported_version'
  | 'wrong_key'
  | 'tampered'
  | 'limit_exceeded'
  | 'stale'
  | 'weak_password';

/** A check that failed. `code` says what a caller may do about it. */
export class CoffreError extends Error {
  override readonly name = 'CoffreError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The bytes do not follow the grammar. */
export function malformed(what: string): CoffreError {
  return new CoffreError('malformed', what);
}

/** The grammar is known, the version or algorithm is not. */
export function unsupportedVersion(what: string): CoffreError {
  return new CoffreError('unsupported_version', what);
}

/** No key at hand opens it; never told apart from a damaged wrap. */
export function wrongKey(what: string): CoffreError {
  return new CoffreError('wrong_key', what);
}

/** Authenticated context, signature, hash or payload does not hold. */
export function tampered(what: string): CoffreError {
  return new CoffreError('tampered', what);
}

/** Well-formed but over a limit; raised before the work is done. */
export function limitExceeded(what: string): CoffreError {
  return new CoffreError('limit_exceeded', what);
}

/** An older or other state than one already seen. */
export function stale(what: string): CoffreError {
  return new CoffreError('stale', what);
}

/** Throws `error` unless `holds`. */
export function check(holds: boolean, error: () => CoffreError): asserts holds {
  if (!holds) throw error();
}

/** Runs `action`; anything foreign that it throws becomes `error`. A CoffreError passes unchanged. */
export function guard<T>(action: () => T, error: () => CoffreError): T {
  try {
    return action();
  } catch (thrown) {
    throw thrown instanceof CoffreError ? thrown : error();
  }
}

/** `guard` for promises. */
export async function guardAsync<T>(action: () => Promise<T>, error: () => CoffreError): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    throw thrown instanceof CoffreError ? thrown : error();
  }
}
