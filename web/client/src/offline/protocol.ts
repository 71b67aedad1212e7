/** What pages and the service worker of the app's own files have in common (vault/adr/0029-the-app-on-a-device.md). */

/** Where the service worker's script stands; its scope is the whole app. */
export const SHELL_SCRIPT = '/offline.js';

/** From a page to a version that waits: it may take the place of the one that runs. */
export type TakeOver = 'take over';
