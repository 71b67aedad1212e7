/**
 * Messages between the app and its preview frame.
 *
 * The frame says `ready` once; the app answers `open` with the bytes; the frame says `shown` or `failed`. For paper the app asks
 * `print`; the frame gives each page as pixels, which nobody has to decode, or as text, and then says `all`. Both sides take what
 * they receive as untrusted: the frame holds hostile documents, and any window may post to the frame.
 */
import type { PaperPage } from './stage';

/** Longest text that is printed, in UTF-16 units. */
const MAX_TEXT = 4_000_000;

export type FailureCode = 'unsupported' | 'malformed' | 'too_large' | 'failed';

export interface PreviewRequest {
  readonly type: 'open';
  readonly mime: string;
  readonly name: string;
  readonly lang: 'fr' | 'en';
  /** Transferred. */
  readonly bytes: ArrayBuffer;
}

/** Every page, for paper. */
export interface PrintRequest {
  readonly type: 'print';
}

export type PreviewReply =
  | { readonly type: 'ready' }
  /** `height` in CSS pixels that would show everything; `pages` or frames. */
  | { readonly type: 'shown'; readonly pages: number; readonly height: number }
  | { readonly type: 'failed'; readonly code: FailureCode }
  | { readonly type: 'page'; readonly page: PaperPage }
  | { readonly type: 'all' };

const FAILURES: readonly unknown[] = [
  'unsupported',
  'malformed',
  'too_large',
  'failed',
] satisfies FailureCode[];

export function isPreviewRequest(data: unknown): data is PreviewRequest {
  if (!isRecord(data)) return false;
  return (
    data['type'] === 'open' &&
    typeof data['mime'] === 'string' &&
    typeof data['name'] === 'string' &&
    (data['lang'] === 'fr' || data['lang'] === 'en') &&
    data['bytes'] instanceof ArrayBuffer
  );
}

export function isPrintRequest(data: unknown): data is PrintRequest {
  return isRecord(data) && data['type'] === 'print';
}

export function isPreviewReply(data: unknown): data is PreviewReply {
  if (!isRecord(data)) return false;
  switch (data['type']) {
    case 'ready':
    case 'all':
      return true;
    case 'page': {
      const { page } = data;
      return typeof page === 'string' ? page.length <= MAX_TEXT : page instanceof ImageBitmap;
    }
    case 'shown':
      return isSize(data['pages']) && isSize(data['height']);
    case 'failed':
      return FAILURES.includes(data['code']);
    default:
      return false;
  }
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null;
}

function isSize(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e7;
}

/** A preview that cannot be shown, with the reason the app words for the reader. */
export class PreviewError extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode) {
    super(code);
    this.name = 'PreviewError';
    this.code = code;
  }
}
