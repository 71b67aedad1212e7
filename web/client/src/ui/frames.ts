/**
 * The frames in which documents are drawn, hostile as they may be; each of opaque origin and without network.
 *
 * The server's is sandboxed by the attribute and by its policy. The one that the app's own files answer with is so by its policy
 * alone, since browsers ask no service worker for a frame with the attribute (offline/worker.ts); that the origin of what speaks
 * is opaque is looked at before it is given anything.
 */
export const FRAMES = {
  server: { sandbox: 'allow-scripts', src: '/preview.html' },
  kept: { src: '/preview-kept.html' },
} as const;
