/** Messages in French about what proves the journal: checkpoints, and heads compared between two devices. */
export const journalProof = {
  none: 'Le serveur n’a pas encore scellé cet historique avec les autres.',
  checkpoint: 'Scellé par le serveur avec ceux de tous les coffres (point de contrôle {{size}}).',
  since: 'Ce qui s’est passé depuis le {{time}} n’y est pas encore.',
  key: 'La clé de signature du serveur a été remplacée en bonne et due forme : une nouvelle signe depuis le {{time}}.',
  late: 'Depuis plus d’un jour, le serveur n’a plus scellé cet historique. Signalez-le à l’hébergeur.',
  compare: 'Preuve, et comparaison avec un autre appareil',
  how: 'Ouvrez cette page sur l’autre appareil et saisissez ici un des codes qu’il montre. S’ils diffèrent, le serveur montre deux historiques.',
  other: 'Code montré par l’autre appareil',
  check: 'Comparer',
  results: {
    same: 'C’est le même historique.',
    fork: 'Ce sont deux historiques différents : le serveur ne montre pas la même chose aux deux appareils. Gardez les deux codes et prévenez l’hébergeur.',
    shorter:
      'L’autre appareil en a vu davantage. Rechargez cette page ; si rien ne change, le serveur retient une partie de l’historique ici.',
    malformed: 'Ce n’est pas un code d’historique.',
  },
};
