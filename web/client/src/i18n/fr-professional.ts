/** Textes français : les patients d'un professionnel, et deux documents côte à côte. */
export const professional = {
  scan: 'Scanner le code d’un patient',
  scanText: 'Invitation, partage ou lien de dépôt : la bonne page s’ouvre.',
  scanUnknown: 'Ce code n’est pas un code de Coffre.',
  since_one: '{{count}} nouveau document',
  since_other: '{{count}} nouveaux documents',
  never: 'Nouveau patient',
  sinceTitle: 'Nouveau depuis votre dernière visite',
  sinceHint: 'D’après ce que cet appareil a montré.',
  none: 'Aucun patient de ce nom.',
  compare: 'Comparer avec un autre',
  compareTitle: 'Comparer deux documents',
  compareChoose: 'Quel document à côté ?',
  compareOther: 'En choisir un autre',
  compareSwap: 'Échanger les côtés',
  compareSwitch: 'Document affiché',
  compareNone: 'Il n’y a pas d’autre document à comparer.',
};
