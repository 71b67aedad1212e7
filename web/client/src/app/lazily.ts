/**
 * Code that comes when it is first needed. A browser that changes networks fails what waits for a connection, and with it the page
 * that somebody just went to: its code is asked for again. Firefox remembers that it failed; there the page's error page follows.
 */
import { lazy as once } from 'react';

/** How long before each other try, in milliseconds. */
const PAUSES: readonly number[] = [300, 1500];

/** What `load` gives, which may fail as often as there are pauses. Raises what it raised last. */
export async function again<T>(load: () => Promise<T>, pauses = PAUSES): Promise<T> {
  for (const pause of pauses) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return load();
}

/** As React's, which keeps what failed for as long as the page lives. */
export const lazy: typeof once = (load) => once(() => again(load));
