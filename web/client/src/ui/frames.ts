/**
 * The frames in which documents are drawn, hostile as they may be; each of opaque origin and without network.
 *
 * The server's is sandboxed by the attribute and by its policy. The one that the app's own files answer with is so by its policy
 * alone, since browsers ask no service worker for a frame with the attribute (offline/worker.ts); that the origin of what speaks
 * is opaque is looked at before it is given anything.
 */
import { isPreviewReply, type PreviewReply } from '../preview/protocol';

export const FRAMES = {
  server: { sandbox: 'allow-scripts', src: '/preview.html' },
  kept: { src: '/preview-kept.html' },
} as const;

/**
 * Hears what this frame's document says until the answer is called. It has to be of opaque origin: one of the app's own origin in
 * its place, which a policy that was lost would make of it, is given nothing and believed in nothing.
 */
export function listenTo(
  frame: () => Window | null | undefined,
  hear: (reply: PreviewReply, from: Window) => void,
): () => void {
  const listen = (event: MessageEvent<unknown>) => {
    const target = frame();
    if (!target || event.source !== target || event.origin !== 'null') return;
    if (isPreviewReply(event.data)) hear(event.data, target);
  };
  window.addEventListener('message', listen);
  return () => window.removeEventListener('message', listen);
}
