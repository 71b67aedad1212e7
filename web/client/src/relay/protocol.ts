/**
 * What the app's page and the relay frame say to each other: one request to another issuer's server, and its answer.
 *
 * No message holds a link's key or anything that was opened: the frame that may reach the network learns addresses, the name
 * that the receiver gives, a passcode, and ciphertext.
 */

/** From the page to the frame. */
export interface RelayRequest {
  readonly kind: 'ask';
  readonly id: number;
  readonly url: string;
  /** JSON to POST; GET without. */
  readonly body?: string | undefined;
  /** Longest answer, in bytes. */
  readonly limit: number;
}

/** From the frame to the page. */
export type RelayReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly status: number; readonly text: string }
  /** No answer, or one that was too long. */
  | { readonly kind: 'failed'; readonly id: number };

export function isRelayRequest(data: unknown): data is RelayRequest {
  return isRecord(data) && data['kind'] === 'ask' && typeof data['url'] === 'string';
}

export function isRelayReply(data: unknown): data is RelayReply {
  if (!isRecord(data)) return false;
  if (data['kind'] === 'ready') return true;
  if (typeof data['id'] !== 'number') return false;
  if (data['kind'] === 'failed') return true;
  return data['kind'] === 'answer' && typeof data['status'] === 'number' && typeof data['text'] === 'string';
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null;
}
