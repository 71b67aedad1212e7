/** Textes en français : autorisations pour des documents choisis. */
export const named = {
  what: 'Que donnez-vous à lire ?',
  bySections: 'Des rubriques',
  byDocuments: 'Des documents choisis',
  documents: 'Documents choisis',
  hint: 'Ils se lisent tels qu’ils sont aujourd’hui, où que vous les classiez. Une version ajoutée plus tard n’en fait pas partie tant que vous ne prolongez pas l’autorisation.',
  search: 'Chercher un document',
  chosen_one: '{{count}} document choisi',
  chosen_other: '{{count}} documents choisis',
  more_one: 'Et {{count}} autre : cherchez-le par des mots.',
  more_other: 'Et {{count}} autres : cherchez-les par des mots.',
  none: 'Choisissez au moins un document.',
  plain: '{{who}} pourra lire seulement : {{documents}}.',
  gone: 'Document retiré',
  count_one: '{{count}} document choisi, lui seul',
  count_other: '{{count}} documents choisis, eux seuls',
  guest_one: 'Le patient vous a confié {{count}} document choisi, tel qu’il était alors.',
  guest_other: 'Le patient vous a confié {{count}} documents choisis, tels qu’ils étaient alors.',
  badge: 'Confié seul',
  renew:
    'La dernière version de chaque document, jusqu’au {{date}}. Vous pourrez retirer l’autorisation à tout moment.',
};
