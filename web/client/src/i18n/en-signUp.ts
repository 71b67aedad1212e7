/** Messages in English: the code that proves an address at sign-up. */
import type { signUpCode as french, signUpErrors as frenchErrors } from './fr-signUp';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const signUpCode: Strings<typeof french> = {
  title: 'Confirm your address',
  sent: 'A message is on its way to {{email}}. Copy the code of eight digits from it.',
  patience:
    'It may take a minute or two; look into unwanted mail, too. If this address has an account already, the message says so, and this page does not.',
  code: 'Code received',
  hint: 'Eight digits, good for 30 minutes.',
  invalid: 'The code has eight digits.',
  submit: 'Open my account',
  again: 'Send another code',
  pause: 'Another code can be sent in a minute.',
  back: 'Change my details',
};

export const signUpErrors: Strings<typeof frenchErrors> = {
  wrong_code: 'This is not the code. Only the newest one counts.',
  code_over: 'This code is over, or there were too many tries. Ask for another one.',
};
