/** Messages in French about what the host decides: its maintenance, suspended accounts. */
export const host = {
  readOnly: 'Votre hébergeur est en maintenance : vous pouvez lire et ouvrir, pas modifier.',
  readOnlyUntil:
    'Votre hébergeur est en maintenance, jusqu’au {{until}} d’après lui : vous pouvez lire et ouvrir, pas modifier.',
  still:
    'Votre hébergeur est en maintenance : la liste se lit, rien ne s’ouvre et rien ne se modifie pour quelques minutes.',
  stillUntil:
    'Votre hébergeur est en maintenance, jusqu’au {{until}} d’après lui : la liste se lit, rien ne s’ouvre et rien ne se modifie.',
  contact: 'Votre hébergeur se joint ainsi : {{contact}}',
  goesOn:
    'Ce que vous étiez en train d’ajouter attend ici et repart tout seul ensuite. Gardez cette page ouverte.',
};

export const hostErrors = {
  read_only: 'Votre hébergeur est en maintenance : rien n’a été modifié. Réessayez quand elle sera terminée.',
  suspended:
    'Votre hébergeur a suspendu ce compte. Vos documents sont conservés. Adressez-vous à lui : il vous a écrit à votre adresse.',
};

export const hostNotices = {
  suspended: 'Votre hébergeur a suspendu votre compte',
  resumed: 'Votre compte n’est plus suspendu',
  reader_suspended:
    'L’hébergeur a suspendu un professionnel que vous avez autorisé : il ne lit rien pour l’instant',
};
