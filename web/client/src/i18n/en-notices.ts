/** Messages in English about notices: the list, the bell, and how to be told. */
import { hostNotices } from './en-host';
import { leavingNotices } from './en-leaving';
import type { notices as french } from './fr-notices';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const notices: Strings<typeof french> = {
  title: 'Notices',
  lead: 'What the server tells you. What really happened stands, signed, in your journal.',
  leadProfessional: 'What the server tells you.',
  bell: 'Notices',
  bellUnread_one: 'Notices, {{count}} unread',
  bellUnread_other: 'Notices, {{count}} unread',
  unread: 'New',
  emptyTitle: 'No notices',
  emptyText: 'You will be told when someone opens your vault or signs in to your account.',
  openJournal: 'See the journal',
  kinds: {
    opening: 'An authorised professional opened documents',
    share_opening: 'Someone opened one of your shares',
    deposit: 'A deposit arrived, to be filed',
    grant_ending: 'An authorisation ends on {{until}}',
    own_grant_ending: 'One of your accesses ends on {{until}}',
    renewal_request: 'You are asked to renew an authorisation',
    new_device: 'Sign-in from a new device',
    kit_used: 'Sign-in with your recovery kit',
    key_change: 'Password or key of the account changed',
    ...hostNotices,
    ...leavingNotices,
    other: 'Another notice',
  },
  settings: {
    title: 'Being told',
    lead: 'Mails never say which document, section or professional it is about.',
    noMail: 'This server sends no mail: notices are shown here only.',
    language: 'Language of messages',
    openings: 'Openings of your vault and shares',
    others: 'Deposits, ends of authorisations, requests',
    each: 'Each time',
    daily: 'One summary a day',
    off: 'Never by message',
    always: 'New sign-ins and changes of keys are always told. Openings cannot be silenced.',
    phone: 'Mobile phone',
    phoneHint:
      'International form, such as +33612345678. For openings and sign-ins, ten messages a day at most. The server will know this number.',
    phoneInvalid: 'This number is not in the international form.',
    submit: 'Save',
    saved: 'Settings saved.',
  },
};
