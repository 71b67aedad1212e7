/**
 * The service worker of downloads: answers `/downloads/ID` with the pieces that the engine verified, as a file to save.
 *
 * A download of any size so goes to the disk without being held anywhere. Owns that one answer. It keeps nothing, caches
 * nothing, fetches nothing and sees no other request: its scope is `/downloads/`. An id is random and good for one answer.
 * When the engine fails, or the page is gone, the stream fails, and the browser throws away what it had written.
 * No imports but types: browsers run it as a classic script.
 */
import type { PageMessage, PortAnswer, PortRequest } from './protocol';

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends Extendable {
  readonly request: Request;
  respondWith(answer: Response): void;
}
interface WorkerScope {
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install', listener: (event: Extendable) => void): void;
  addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(kind: 'message', listener: (event: MessageEvent<PageMessage>) => void): void;
}

interface Offer {
  readonly name: string;
  readonly size: number | undefined;
  readonly port: MessagePort;
  /** When the page last said that it wants it. */
  seen: number;
}

const PATH = '/downloads/';
const LOOK = 5000;
const SILENCE = 45_000;
const AHEAD = 4;

const scope = self as unknown as WorkerScope;
const offers = new Map<string, Offer>();
const running = new Map<string, Offer>();

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));

scope.addEventListener('message', ({ data, ports: [port] }) => {
  if (data.kind === 'alive') {
    const known = running.get(data.id) ?? offers.get(data.id);
    if (known !== undefined) known.seen = Date.now();
  } else if (port !== undefined) {
    offers.set(data.id, { name: data.name, size: data.size, port, seen: Date.now() });
  }
});

scope.addEventListener('fetch', (event) => {
  const id = new URL(event.request.url).pathname.slice(PATH.length);
  const offer = offers.get(id);
  offers.delete(id);
  if (offer === undefined) event.respondWith(new Response(null, { status: 404 }));
  else event.respondWith(new Response(streamOf(id, offer), { headers: headersOf(offer) }));
});

function headersOf({ name, size }: Offer): Record<string, string> {
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return {
    // A type that no browser shows: a document must not become a page of this origin.
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename*=UTF-8''${encoded}`,
    ...(size === undefined ? {} : { 'Content-Length': String(size) }),
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  };
}

function streamOf(id: string, offer: Offer): ReadableStream<Uint8Array> {
  const { port } = offer;
  const say = (request: PortRequest) => port.postMessage(request);
  const close = () => {
    running.delete(id);
    port.close();
  };
  offer.seen = Date.now();
  running.set(id, offer);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const answer = await nextOf(offer, () => say({ kind: 'pull' }));
        if (answer.kind === 'piece') {
          controller.enqueue(new Uint8Array(answer.bytes));
          return;
        }
        close();
        if (answer.kind === 'end') controller.close();
        else controller.error(new Error('the download ended before its end'));
      },
      cancel() {
        say({ kind: 'cancel' });
        close();
      },
    },
    { highWaterMark: AHEAD },
  );
}

/** The engine's answer; a failure when neither it nor the page was heard for a while. */
function nextOf(offer: Offer, ask: () => void): Promise<PortAnswer> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (Date.now() - offer.seen < SILENCE) return;
      clearInterval(timer);
      resolve({ kind: 'fail' });
    }, LOOK);
    offer.port.onmessage = ({ data }: MessageEvent<PortAnswer>) => {
      clearInterval(timer);
      resolve(data);
    };
    ask();
  });
}
