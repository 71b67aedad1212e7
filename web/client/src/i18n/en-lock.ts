/** Messages in English: the lock of this device. */
import type { lock as french } from './fr-lock';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const lock: Strings<typeof french> = {
  title: 'Lock without activity',
  text: 'On this device. Your keys then leave the page, and your password is needed again. What is being sent or saved is finished first.',
  after_one: 'After {{count}} minute',
  after_other: 'After {{count}} minutes',
};
