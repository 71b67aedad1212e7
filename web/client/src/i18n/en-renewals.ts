/** Messages in English: requests for another term, blocking. */
import type { renewals as french } from './fr-renewals';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const renewals: Strings<typeof french> = {
  asks: '{{name}} asks for access until {{date}}',
  title: 'Requests to go on',
  allow: 'Renew for one year',
  allowAll: 'Renew all requests for one year',
  refuse: 'Refuse',
  refused: 'You refused their request',
  ask: 'Ask to go on',
  asked: 'Sent: the patient answers in their app.',
  endedVault: 'Record {{number}}',
  endedHint: 'The patient’s name can no longer be read since the access ended.',
  block: 'Block',
  blocked: 'Blocked',
  unblock: 'Unblock',
  blockTitle: 'Block {{name}}?',
  blockText:
    'All their access ends at once, the keys of the sections change, and they can be given none. They can still deposit documents in your inbox.',
  unblockTitle: 'Unblock {{name}}?',
  unblockText: 'You can give them access again. No access comes back by itself.',
};
