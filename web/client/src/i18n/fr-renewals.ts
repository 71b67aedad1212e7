/** Textes en français : demandes de prolongation, blocage. */
export const renewals = {
  asks: '{{name}} demande une prolongation jusqu’au {{date}}',
  title: 'Demandes de prolongation',
  allow: 'Prolonger d’un an',
  allowAll: 'Prolonger d’un an toutes les demandes',
  refuse: 'Refuser',
  refused: 'Vous avez refusé sa demande',
  ask: 'Demander une prolongation',
  asked: 'Demande envoyée : le patient répondra dans son application.',
  endedVault: 'Dossier {{number}}',
  endedHint: 'Le nom du patient n’est plus lisible depuis la fin de l’autorisation.',
  block: 'Bloquer',
  blocked: 'Bloqué',
  unblock: 'Débloquer',
  blockTitle: 'Bloquer {{name}} ?',
  blockText:
    'Toutes ses autorisations prennent fin aussitôt, les clés des rubriques changent, et il ne peut plus en recevoir. Il peut encore déposer des documents dans votre boîte d’arrivée.',
  unblockTitle: 'Débloquer {{name}} ?',
  unblockText: 'Vous pourrez de nouveau l’autoriser. Aucune autorisation ne revient d’elle-même.',
} as const;
