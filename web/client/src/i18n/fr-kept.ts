/** Messages en français des documents gardés sur l’appareil, lisibles sans réseau. */
export const kept = {
  opened: 'Vous avez ouvert « {{subject}} » sans réseau, le {{when}} (heure de l’appareil)',
  keep: 'Garder sur cet appareil',
  keeping: 'Copie en cours…',
  isKept: 'Gardé sur cet appareil, lisible sans réseau',
  read: 'Lire la copie gardée ici',
  drop: 'Ne plus garder ici',
  dropOf: 'Ne plus garder ici : {{title}}',
  keepTitle: 'Garder ce document sur cet appareil ?',
  keepText:
    'Une copie chiffrée reste dans ce navigateur, avec l’application et votre trousseau chiffré. Votre mot de passe l’ouvre, même sans réseau. Ne le faites que sur un appareil à vous : un nouveau mot de passe n’y compte qu’une fois l’appareil de nouveau en ligne.',
  keepConfirm: 'Garder',
  title: 'Documents gardés ici',
  link: 'Documents gardés sur cet appareil',
  linkText: 'Lisibles sans réseau, avec votre mot de passe',
  lead: 'Ces documents peuvent être lus sur cet appareil sans réseau. Les copies sont chiffrées ; votre mot de passe les ouvre.',
  offlineLead:
    'Lecture seule, sans réseau. Chaque ouverture sera inscrite à votre historique au retour du réseau.',
  since: 'Gardé le {{date}}',
  total_one: '{{count}} document, {{size}} sur cet appareil',
  total_other: '{{count}} documents, {{size}} sur cet appareil',
  none: 'Aucun document n’est gardé ici',
  noneText:
    'Ouvrez un document et choisissez « Garder sur cet appareil ». Il pourra alors être lu sans réseau.',
  noneOffline: 'Ce navigateur ne garde aucun document. Revenez quand le réseau est là.',
  dropAll: 'Oublier cet appareil',
  dropAllTitle: 'Ne plus rien garder sur cet appareil ?',
  dropAllText:
    'Toutes les copies et le trousseau chiffré sont supprimés de ce navigateur. Vos documents restent dans votre coffre.',
  signOutText: 'Vous déconnecter supprime aussi ces copies.',
  persistent: 'Ce navigateur peut supprimer ces copies s’il manque de place.',
  appMissing:
    'L’application elle-même n’est pas gardée sur cet appareil : sans réseau, elle ne démarre pas et rien ne s’ouvre.',
  keepApp: 'Garder aussi l’application',
  start: 'Pas de réseau',
  startText: 'Des documents sont gardés sur cet appareil. Votre mot de passe les ouvre, sans réseau.',
  startNone: 'Aucun document n’est gardé sur cet appareil.',
  open: 'Ouvrir ce qui est gardé ici',
  unlockTitle: 'Ouvrir ce qui est gardé ici',
  unlockText:
    'L’adresse et le mot de passe de votre compte, tels qu’ils étaient quand cet appareil a été en ligne pour la dernière fois.',
  unlock: 'Ouvrir',
  unlocking: 'Ouverture…',
  back: 'Le réseau est revenu',
  backText: 'Ouvrez votre coffre pour voir tous vos documents et inscrire vos lectures à l’historique.',
  backOpen: 'Ouvrir mon coffre',
  lock: 'Verrouiller',
};

export const keptErrors = {
  storage_full:
    'Cet appareil n’a plus de place pour cela, ou le navigateur le refuse. Libérez de la place, puis réessayez.',
  copy_damaged:
    'Cette copie n’est plus celle qui a été gardée. Rien n’est montré. Supprimez-la, et gardez le document de nouveau.',
  copy_stale:
    'Ce que cet appareil garde est plus ancien que ce qu’il a déjà vu. Ouvrez votre coffre en ligne une fois.',
};
