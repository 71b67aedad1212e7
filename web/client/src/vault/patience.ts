/**
 * Waiting for a server that does not answer, and going on where the work stopped.
 *
 * Owns which failures pass by themselves: no answer, a store that is away, too many requests, a host that is being maintained. Everything else is raised as it
 * is. What waits is told, so that a page can say so; whoever cancels ends the wait at once.
 */
import { type ApiCode, ApiError, Cancelled, Unreachable } from '../api/errors.ts';

const SHORTEST = 1000;
const LONGEST = 30_000;
const PASSING: readonly ApiCode[] = ['store_unavailable', 'busy', 'read_only'];

/** Somebody who waits. `wait` ends after `milliseconds`, or earlier when the connection seems to be back. */
export interface Patience {
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Whether the work stands still for want of an answer. */
  waiting?(now: boolean): void;
}

/** Runs an action until it does not fail for a reason that passes. Raises Cancelled, and what else the action raises. */
export async function patiently<T>(
  patience: Patience | undefined,
  signal: AbortSignal,
  action: () => Promise<T>,
): Promise<T> {
  for (let pause = SHORTEST; ; pause = Math.min(LONGEST, pause * 2)) {
    try {
      const value = await action();
      if (pause > SHORTEST) patience?.waiting?.(false);
      return value;
    } catch (thrown) {
      if (patience === undefined || !passes(thrown)) throw thrown;
      patience.waiting?.(true);
      await patience.wait(pause, signal);
      if (signal.aborted) throw new Cancelled();
    }
  }
}

/** Waits by the clock; the browser's word that it is online again ends a wait. */
export const browserPatience: Patience = {
  wait: (milliseconds, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        globalThis.removeEventListener('online', end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      globalThis.addEventListener('online', end);
      signal.addEventListener('abort', end);
    }),
};

/** Whether a failure passes by itself. */
export function passes(thrown: unknown): boolean {
  if (thrown instanceof Unreachable) return true;
  return thrown instanceof ApiError && PASSING.includes(thrown.code);
}
