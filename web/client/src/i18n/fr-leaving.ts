/** Messages en français : supprimer son compte, ou le garder. */
export const leaving = {
  title: 'Supprimer mon compte',
  link: 'Supprimer mon compte',
  linkText: 'Tout effacer chez cet hébergeur, avec un délai pour changer d’avis',
  goes: 'Ce qui disparaît',
  stays: 'Ce qui reste ailleurs',
  patient: {
    goes: 'Votre compte et tout votre coffre : documents et versions, profil de santé, autorisations, partages, dépôts et historique.',
    stays:
      'Ce que des professionnels ou d’autres personnes ont déjà téléchargé, imprimé ou recopié leur reste : personne ne peut le reprendre.',
    meanwhile:
      'D’ici là, plus personne d’autre n’accède à votre coffre, et rien ne peut y être ajouté. Vous pouvez tout lire et tout emporter.',
  },
  professional: {
    goes: 'Votre compte : adresse, trousseau, place dans l’annuaire. Les autorisations que des patients vous ont données n’ouvrent plus rien.',
    stays:
      'Vos consultations et vos dépôts restent dans l’historique de vos patients, avec votre nom, votre numéro RPPS et votre clé : il leur appartient.',
    meanwhile: 'D’ici là, vous pouvez lire, et rien ajouter.',
  },
  here: 'Ce que vous gardez sur vos appareils y reste jusqu’à ce que vous l’effaciez.',
  backups:
    'Les sauvegardes de l’hébergeur le contiennent encore, chiffré, jusqu’à leur fin. Demandez-lui pour combien de temps.',
  wait_one: 'Le compte est supprimé {{count}} jour après la demande. Jusque-là, vous pouvez le garder.',
  wait_other: 'Le compte est supprimé {{count}} jours après la demande. Jusque-là, vous pouvez le garder.',
  atOnce: 'Cet hébergeur supprime le compte aussitôt : il n’y a pas de délai pour changer d’avis.',
  export: 'Tout emporter d’abord',
  ask: 'Supprimer mon compte',
  asking: 'Envoi de la demande…',
  until: 'Votre compte sera supprimé le {{until}}.',
  banner: 'Votre compte sera supprimé le {{until}}. D’ici là, on ne peut rien y ajouter.',
  keep: 'Garder mon compte',
  receipt: 'La preuve de la suppression',
  receiptText:
    'Une fois le compte effacé, l’hébergeur donne pendant un an un reçu signé. Cette page le vérifie, sans compte. Son adresse ne dit pas qui vous êtes : gardez-la, personne ne pourra vous la redonner.',
  receiptAddress: 'Page du reçu',
  save: 'Enregistrer ces indications',
  file: 'suppression-coffre.txt',
  fileText:
    'Suppression de votre compte Coffre, prévue le {{until}}.\n\nLe reçu signé, ensuite et pendant un an, vérifié par cette page :\n{{receipt}}\n\nOu par la commande coffre :\n{{verify}}\n',
} as const;

export const receipt = {
  title: 'Reçu d’une suppression',
  lead: 'Ce que l’hébergeur a signé après avoir effacé un compte. Le reçu ne dit pas de qui.',
  holds:
    'Le reçu est authentique : il est signé par la clé que le serveur avait quand la suppression a été demandée, ou par une clé qui lui a succédé.',
  none: 'Pas de reçu',
  noneText:
    'Le compte n’est pas encore effacé, ou il l’est depuis plus d’un an : les reçus ne sont gardés qu’un an.',
  refused: 'Ce reçu ne tient pas',
  refusedText:
    'Il n’est pas signé par la clé attendue, ou il parle d’une autre demande. Vérifiez que le lien est complet ; sinon, demandez des explications à l’hébergeur.',
  role: 'Compte',
  roles: { patient: 'Patient, avec son coffre', professional: 'Professionnel' },
  requested: 'Suppression demandée le',
  erased: 'Compte effacé le',
  objects: 'Fichiers effacés',
  rows: 'Lignes effacées de la base',
  proves:
    'Le reçu prouve que l’hébergeur l’affirme, et qu’il ne pourra pas le nier. Il ne prouve pas qu’il n’existe aucune copie : les sauvegardes disparaissent plus tard.',
  save: 'Enregistrer le reçu',
  file: 'recu-coffre.txt',
  incomplete: 'Ce lien n’est pas complet',
  incompleteText:
    'Une partie de l’adresse manque ou a été changée. Reprenez-la en entier, là où vous l’avez gardée lors de votre demande.',
} as const;

export const leavingErrors = {
  leaving: 'Ce compte va être supprimé : gardez-le d’abord pour y changer quelque chose.',
} as const;

export const leavingNotices = {
  deletion_asked: 'La suppression de votre compte a été demandée',
  deletion_kept: 'Votre compte est gardé : sa suppression a été annulée',
  reader_left: 'Un professionnel que vous aviez autorisé a supprimé son compte',
} as const;
