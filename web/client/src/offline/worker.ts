/**
 * The service worker of the app's own files: the app starts without a network, from files that are the build's (vault/adr/0029).
 *
 * Registered only where somebody chose it, or installed the app. Keeps the public files of one version, each verified against the
 * hash that the build wrote down, and nothing else: no answer of the API, no document. Another version is kept beside it, and waits
 * until a page says that it may take over. Nothing of it is shared with other scripts: browsers run it as a classic script.
 */
import type { TakeOver } from './protocol.ts';
import { fileFor, KEPT_FRAME, KEPT_FRAME_POLICY, readList } from './shell.ts';

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(kind: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

// Paths and SHA-256 of the app's files, `path=hex` with `|` between, and what tells one list from another: the build writes them.
const LISTED = '__COFFRE_FILES__';
const LIST_NAME = '__COFFRE_LIST__';
const TAKE_OVER: TakeOver = 'take over';
const FAMILY = 'coffre-files-';
const NAME = FAMILY + LIST_NAME;
const scope = self as unknown as WorkerScope;
const files = readList(LISTED);

scope.addEventListener('install', (event) => event.waitUntil(fill()));
scope.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
scope.addEventListener('message', ({ data }) => {
  if (data === TAKE_OVER) void scope.skipWaiting();
});
scope.addEventListener('fetch', (event) => {
  const path = fileFor(event.request, scope.location.origin, files);
  if (path !== undefined) event.respondWith(answer(path, event.request));
});

async function answer(path: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(NAME)).match(`/${path}`);
  if (kept === undefined) return fetch(request);
  return path === KEPT_FRAME ? sandboxed(kept) : kept;
}

/** The frame's own policy in place of the one that the server gives to every file, under which it does nothing. */
function sandboxed(kept: Response): Response {
  const headers = new Headers(kept.headers);
  headers.set('Content-Security-Policy', KEPT_FRAME_POLICY);
  // To Firefox a frame of opaque origin is no longer of this one; who may frame it, the policy says.
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  return new Response(kept.body, { headers });
}

/** All files of this version, or none: one that is not the build's ends the installation. */
async function fill(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const [path, expected] of files) {
    if (await cache.match(`/${path}`)) continue;
    // The page has no address of its own name (web/pages.py).
    const response = await fetch(path === 'index.html' ? '/' : `/${path}`, { cache: 'no-cache' });
    const bytes = await response.arrayBuffer();
    if (!response.ok || (await sha256(bytes)) !== expected) throw new Error('not the file of this version');
    const headers = new Headers(response.headers);
    // Of what travelled, not of what is kept.
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
    await cache.put(`/${path}`, new Response(bytes, { headers }));
  }
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(FAMILY) && name !== NAME).map((name) => caches.delete(name)),
  );
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
