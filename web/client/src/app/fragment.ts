/**
 * Secrets that come in a link's fragment: invitations, kits, shares. Taken from the address bar at once, before the first
 * request, and kept in memory only until they are used.
 */
import { ROUTES } from '../ui/paths';

const PATHS: readonly string[] = [ROUTES.recover, ROUTES.redeem, ROUTES.view, ROUTES.contact, ROUTES.deposit];

/** What links brought, by path. */
export class Fragments {
  private readonly held = new Map<string, string>();
  private readonly listeners = new Set<() => void>();

  /** Reads and clears the address bar, now and whenever a link changes the fragment of the open page. */
  constructor() {
    this.take();
    window.addEventListener('hashchange', () => this.take());
  }

  /** The whole link that led to a path, if one did and was not used. */
  get(path: string): string | undefined {
    return this.held.get(path);
  }

  /** A link that came another way than by the address bar, such as a code that was scanned. */
  bring(path: string, link: string): void {
    this.held.set(path, link);
    this.tell();
  }

  forget(path: string): void {
    if (this.held.delete(path)) this.tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private take(): void {
    const { pathname, hash, origin, search } = location;
    if (!PATHS.includes(pathname) || hash.length < 2) return;
    // Before its fragment a share's link may say that no name is asked.
    const asked = pathname === ROUTES.view ? search : '';
    this.held.set(pathname, origin + pathname + asked + hash);
    history.replaceState(history.state, '', pathname + search);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
