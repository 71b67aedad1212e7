/** Which of the app's files answers a request, if any does: the rules of the service worker of the app's own files. */

/** SHA-256 in hexadecimal by path, as the build wrote them down. */
export function readList(listed: string): ReadonlyMap<string, string> {
  return new Map(
    listed.split('|').map((line) => {
      const at = line.lastIndexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
}

/** The frame of previews that needs no network: its viewers stand in it, since a sandboxed frame asks no service worker for them. */
export const KEPT_FRAME = 'preview-kept.html';

/**
 * What that frame may do, as its answer's policy: the origin is opaque, nothing is reached. The policy that stands in the file itself
 * names the one script and the one style; both hold.
 */
export const KEPT_FRAME_POLICY = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline' 'wasm-unsafe-eval'",
  "style-src 'unsafe-inline'",
  'img-src blob: data:',
  'font-src data:',
  'worker-src blob: data:',
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/**
 * The path of the listed file that answers, without its first slash; undefined: the network does.
 *
 * Never the API, nor downloads, nor the frames that the server answers with policies of their own, nor anything of another origin.
 */
export function fileFor(
  request: { readonly method: string; readonly mode: string; readonly url: string },
  origin: string,
  files: ReadonlyMap<string, string>,
): string | undefined {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin) return undefined;
  const path = url.pathname.slice(1);
  if (/^(?:api|downloads)(?:\/|$)/.test(path) || /^(?:preview|relay)\.html$/.test(path)) return undefined;
  if (files.has(path) && path !== '') return path;
  // Addresses that the app itself understands, as the server has it (web/pages.py).
  const named = (path.split('/').at(-1) ?? '').includes('.');
  return request.mode === 'navigate' && !named ? 'index.html' : undefined;
}
