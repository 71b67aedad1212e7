/**
 * The app's own files on this device: switched on and off, and another version announced (offline/worker.ts).
 *
 * Owns registering that service worker. A page is never reloaded by itself: it says that a version is there, and the person chooses
 * when; while something is sent or saved the choice waits.
 */
import { SHELL_SCRIPT, type TakeOver } from '../offline/protocol';
import { scriptUrl } from '../worker/script_url';

const SCOPE = '/';
const CACHES = 'coffre-files-';
const HOUR = 3_600_000;

/** False where the browser has no service workers (private windows of some). */
export function canKeepFiles(): boolean {
  return workers() !== undefined;
}

/** Whether this page comes from the app's own files on this device, and what it asks for as well. */
export function filesAnswer(): boolean {
  return (workers()?.controller ?? null) !== null;
}

export async function filesAreKept(): Promise<boolean> {
  return (await registration()) !== undefined;
}

/** Keeps the app's files from now on. Raises what the browser raises. */
export async function keepFiles(): Promise<void> {
  const options = { scope: SCOPE, updateViaCache: 'none' } as const;
  const found = await workers()?.register(scriptUrl(SHELL_SCRIPT), options);
  const worker = found?.installing ?? found?.waiting ?? found?.active;
  if (!worker) throw new Error('no service worker');
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (worker.state === 'redundant') reject(new Error('the files could not be kept'));
      else if (worker.state !== 'installing' && worker.state !== 'parsed') resolve();
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

export async function forgetFiles(): Promise<void> {
  await (await registration())?.unregister();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(CACHES)).map((name) => caches.delete(name)));
}

/** An app that was installed keeps its files without being asked. */
export async function keepFilesIfInstalled(): Promise<void> {
  if (canKeepFiles() && matchMedia('(display-mode: standalone)').matches) await keepFiles();
}

/** Calls `onReady` when another version waits, or has taken over in another tab. What comes back ends it. */
export function watchVersions(onReady: () => void): () => void {
  const container = workers();
  if (container === undefined) return () => undefined;
  let wanted = true;
  const controlled = container.controller !== null;
  const taken = () => {
    if (controlled && wanted) onReady();
  };
  const look = async () => {
    const found = await registration();
    if (!wanted || found === undefined) return;
    if (found.waiting !== null && controlled) onReady();
    found.addEventListener('updatefound', () => {
      const next = found.installing;
      next?.addEventListener('statechange', () => {
        if (wanted && next.state === 'installed' && container.controller !== null) onReady();
      });
    });
  };
  void look();
  const timer = setInterval(() => void registration().then((found) => found?.update()), HOUR);
  container.addEventListener('controllerchange', taken);
  return () => {
    wanted = false;
    clearInterval(timer);
    container.removeEventListener('controllerchange', taken);
  };
}

/** The version that waits takes over, and this page begins anew with it. */
export async function takeNewVersion(): Promise<void> {
  const waiting = (await registration())?.waiting;
  if (!waiting) {
    location.reload();
    return;
  }
  workers()?.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage('take over' satisfies TakeOver);
}

/** Not the one of downloads, whose scope is narrower. */
async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  const found = await workers()?.getRegistration(SCOPE);
  return found !== undefined && new URL(found.scope).pathname === SCOPE ? found : undefined;
}

function workers(): ServiceWorkerContainer | undefined {
  return (navigator as { readonly serviceWorker?: ServiceWorkerContainer }).serviceWorker;
}
