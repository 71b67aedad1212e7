/**
 * Why a request failed: a refusal of the server with its code, or no answer at all.
 *
 * Knows the codes of the HTTP contract and nothing of what people read.
 */
export const API_CODES = [
  'malformed',
  'unsupported_version',
  'unauthenticated',
  'credentials',
  'forbidden',
  'unverified',
  'blocked',
  'ended',
  'suspended',
  'leaving',
  'not_found',
  'method_not_allowed',
  'stale',
  'conflict',
  'used',
  'limit_exceeded',
  'range',
  'tampered',
  'wrong_key',
  'busy',
  'internal',
  'store_unavailable',
  'read_only',
] as const;
export type ApiCode = (typeof API_CODES)[number];

/** The server said no. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiCode;
  readonly status: number;
  /** Seconds to wait, when the server says so. */
  readonly retryAfter: number | undefined;
  /** How often a share's passcode may still be tried. */
  readonly remainingAttempts: number | undefined;

  constructor(
    code: ApiCode,
    status: number,
    details: {
      readonly retryAfter?: number | undefined;
      readonly remainingAttempts?: number | undefined;
    } = {},
  ) {
    super(code);
    this.code = code;
    this.status = status;
    this.retryAfter = details.retryAfter;
    this.remainingAttempts = details.remainingAttempts;
  }
}

/** No answer came, after every attempt that was safe to make. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor() {
    super('the server did not answer');
  }
}

/** The caller gave up. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('cancelled');
  }
}

/** The code of an answer that is not a success: the server's, or what its status means. */
export function codeOf(status: number, said: unknown): ApiCode {
  const known = API_CODES.find((code) => code === said);
  if (known !== undefined) return known;
  const byStatus: Readonly<Record<number, ApiCode>> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    413: 'limit_exceeded',
    429: 'busy',
    503: 'store_unavailable',
  };
  return byStatus[status] ?? (status >= 500 ? 'internal' : 'malformed');
}
