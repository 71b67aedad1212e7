/**
 * Hands files to the browser's downloads: as a stream through the service worker of `/downloads/`, else as a blob.
 *
 * Owns registering that service worker and its scope. Content goes from the engine to it by a channel; this page only makes the
 * ends of it meet.
 */
import { SCOPE, SCRIPT, type PageMessage } from '../downloads/protocol';
import { scriptUrl } from '../worker/script_url';

const KEPT = 60_000;
const ALIVE = 5000;
/** How often a request that went past the service worker is made again, and after how many milliseconds. */
const AGAIN = 10;
const PAUSE = 300;

/** The service worker, once it runs; undefined where there is none (private windows, old browsers, development). */
export async function downloadWorker(): Promise<ServiceWorker | undefined> {
  const container = (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (container === undefined) return undefined;
  try {
    const registration = await container.register(scriptUrl(SCRIPT), {
      scope: SCOPE,
      updateViaCache: 'none',
    });
    return registration.active ?? (await activated(registration.installing ?? registration.waiting));
  } catch {
    return undefined;
  }
}

/** A download that is offered to the browser: `port` is the engine's end. `close` when it is over. */
export interface OfferedDownload {
  readonly port: MessagePort;
  readonly close: () => void;
}

/** Makes the browser ask for a file; it shows it among its downloads under this name. */
export function offerDownload(
  worker: ServiceWorker,
  id: string,
  { name, size }: { readonly name: string; readonly size?: number | undefined },
): OfferedDownload {
  const { port1, port2 } = new MessageChannel();
  const say = (message: PageMessage, ports: MessagePort[] = []) => worker.postMessage(message, ports);
  say({ kind: 'offer', id, name, size }, [port2]);
  // A frame: if nobody answered, this page would not be left.
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.src = SCOPE + id;
  // What becomes a download is no page. A page is the server's, which knows no such address: right after its first
  // registration Chromium may not ask the service worker yet.
  let left = AGAIN;
  let again: ReturnType<typeof setTimeout> | undefined;
  frame.addEventListener('load', () => {
    if (left-- > 0) again = setTimeout(() => (frame.src = SCOPE + id), PAUSE);
  });
  document.body.append(frame);
  const timer = setInterval(() => say({ kind: 'alive', id }), ALIVE);
  return {
    port: port1,
    close: () => {
      clearInterval(timer);
      clearTimeout(again);
      frame.remove();
    },
  };
}

/** Saves a blob under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

function activated(worker: ServiceWorker | null): Promise<ServiceWorker | undefined> {
  if (worker === null) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === 'activated') resolve(worker);
      else if (worker.state === 'redundant') resolve(undefined);
    };
    worker.addEventListener('statechange', look);
    look();
  });
}
