/** Messages in English about what the host decides: its maintenance, suspended accounts. */
import type { host as french, hostErrors as frenchErrors, hostNotices as frenchNotices } from './fr-host';

type Strings<T> = { readonly [K in keyof T]: string };

export const host: Strings<typeof french> = {
  readOnly: 'Your host is being maintained: you can read and open, not change.',
  readOnlyUntil:
    'Your host is being maintained, until {{until}} as it says: you can read and open, not change.',
  still:
    'Your host is being maintained: the list can be read, nothing opens and nothing changes for some minutes.',
  stillUntil:
    'Your host is being maintained, until {{until}} as it says: the list can be read, nothing opens and nothing changes.',
  contact: 'How to reach your host: {{contact}}',
  goesOn: 'What you were adding waits here and goes on by itself afterwards. Keep this page open.',
};

export const hostErrors: Strings<typeof frenchErrors> = {
  read_only: 'Your host is being maintained: nothing was changed. Try again when that is over.',
  suspended:
    'Your host has suspended this account. Your documents are kept. Ask your host: it has written to your address.',
};

export const hostNotices: Strings<typeof frenchNotices> = {
  suspended: 'Your host suspended your account',
  resumed: 'Your account is no longer suspended',
  reader_suspended: 'The host suspended a professional whom you authorised: they read nothing for now',
};
