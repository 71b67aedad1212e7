/** Messages in English: access to chosen documents. */
import type { named as french } from './fr-named';

type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };

export const named: Strings<typeof french> = {
  what: 'What may be read?',
  bySections: 'Sections',
  byDocuments: 'Only chosen documents',
  documents: 'Chosen documents',
  hint: 'They are read as they are today, wherever you file them. A version added later is not part of it until you renew the access.',
  search: 'Find a document',
  chosen_one: '{{count}} document chosen',
  chosen_other: '{{count}} documents chosen',
  more_one: 'And {{count}} more: find it by words.',
  more_other: 'And {{count}} more: find them by words.',
  none: 'Choose at least one document.',
  plain: '{{who}} will be able to read only: {{documents}}.',
  gone: 'Removed document',
  count_one: '{{count}} chosen document only',
  count_other: '{{count}} chosen documents only',
  guest_one: 'The patient gave you {{count}} chosen document, as it was then.',
  guest_other: 'The patient gave you {{count}} chosen documents, as they were then.',
  badge: 'Given alone',
  renew: 'The latest version of each document, until {{date}}. You can withdraw the access at any time.',
};
