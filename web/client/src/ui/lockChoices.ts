/** After how many minutes without anybody at the page it may lock. */
export const LOCK_MINUTES = ['5', '15', '30', '60'] as const;
export type LockMinutes = (typeof LOCK_MINUTES)[number];
