/** After how long without anybody at the page it locks: a choice of this browser, for whoever uses it. */
import { LOCK_MINUTES, type LockMinutes } from '../ui/lockChoices';

const STORED = 'coffre.lock';
const DEFAULT: LockMinutes = '15';

/** What is stored and is none of the choices counts as no choice. */
export function lockMinutes(): LockMinutes {
  try {
    const stored = localStorage.getItem(STORED);
    return LOCK_MINUTES.find((minutes) => minutes === stored) ?? DEFAULT;
  } catch {
    return DEFAULT;
  }
}

export function chooseLockMinutes(minutes: LockMinutes): void {
  try {
    localStorage.setItem(STORED, minutes);
  } catch {
    // Storage may be forbidden (private window): the default stays.
  }
}
