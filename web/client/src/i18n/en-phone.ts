/** Messages in English: confirming a telephone number. */
import type { phone as french } from './fr-phone';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const phone: Strings<typeof french> = {
  title: 'Number to be confirmed',
  text: 'Nothing is sent to {{phone}} until you have typed the code that arrives there.',
  send: 'Have a code sent',
  again: 'Have another code sent',
  code: 'Code received',
  hint: 'Six digits, good for ten minutes. The message may take a minute to arrive.',
  wrong: 'The code has six digits.',
  confirm: 'Confirm',
  over: 'This code is over, or there were too many tries. Ask for another one.',
  done: 'Number confirmed.',
};
