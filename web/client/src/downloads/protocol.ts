/**
 * What page, engine and the service worker of downloads say to each other.
 *
 * The page offers a download to the service worker, with one end of a channel; the engine holds the other end and answers each
 * `pull` with a piece of verified plaintext. Nothing but the channel carries content.
 */

/** Where the service worker's script and all that it answers to stand. */
export const SCOPE = '/downloads/';
export const SCRIPT = '/downloads/worker.js';

/** From the page to the service worker; an offer comes with a port, and with the size where it is known before. */
export type PageMessage =
  | { readonly kind: 'offer'; readonly id: string; readonly name: string; readonly size?: number | undefined }
  /** The page still wants it: said every few seconds, and what keeps the service worker awake. */
  | { readonly kind: 'alive'; readonly id: string };

/** From the service worker to the engine. */
export type PortRequest = { readonly kind: 'pull' } | { readonly kind: 'cancel' };

/** From the engine to the service worker. `fail`: what was given so far is not the document. */
export type PortAnswer =
  | { readonly kind: 'piece'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'end' }
  | { readonly kind: 'fail' };
