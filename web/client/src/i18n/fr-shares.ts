/** Messages in French about shares that go on, and about showing and printing them. */
export const shareMore = {
  until: 'Jusqu’au (inclus)',
  untilMissing: 'Choisissez un jour, dans un an au plus.',
  openingsHint: 'Chaque lecture compte pour une. Ensuite, le lien se ferme.',
  openingsBad: 'De 1 à 1000.',
  follow: 'Suivre les nouvelles versions des documents',
  followHint:
    'Le même lien donnera la dernière version, que vous enverrez à votre prochaine ouverture du coffre.',
  follows: 'Suit les versions',
  large:
    'Un document de plus de 20 Mo s’ouvre dans la page du lien, mais pas avec d’autres lecteurs de SMART Health Links.',
  tooMany:
    'Un lien ouvre {{most}} documents au plus, et {{chosen}} sont choisis. Décochez-en, ou faites deux liens.',
  fullScreen: 'Afficher en grand',
  fullScreenTitle: 'Code à scanner',
  print: 'Imprimer une feuille',
  sheet: {
    title: 'Documents de santé partagés',
    scan: 'Scannez ce code avec l’appareil photo d’un téléphone, ou un lecteur de SMART Health Links. Aucun compte n’est nécessaire.',
    end: 'Il s’ouvre jusqu’au {{date}}.',
    count: '{{count}} ouvertures au plus.',
    passcode: 'Un code est demandé : le patient le donne de vive voix. Ne l’écrivez pas sur cette page.',
    keep: 'Quiconque détient cette page peut ouvrir les documents jusque-là. Le patient voit chaque ouverture.',
  },
  extend: 'Prolonger',
  extendTitle: 'Prolonger ce partage',
  extendText:
    'Le lien dit alors la nouvelle fin : montrez-le à nouveau. Certains lecteurs refusent l’ancien après sa fin.',
  more: 'Ouvertures en plus',
  again: 'Refaire',
  saving: 'Vérification et enregistrement… {{percent}} %',
  saved: 'Enregistré ; chaque partie a été vérifiée.',
  saveFailed: 'Interrompu : rien n’a été gardé.',
  saveGone: 'N’est plus là : le patient a retiré ce document, ou mis fin au lien. Rien n’a été conservé.',
  largeText: 'Document volumineux : pas d’aperçu ici. Enregistrez-le pour l’ouvrir.',
  printDocument: 'Imprimer',
  enter: 'Ouvrir un lien de santé',
  enterText:
    'Scannez le code QR qu’on vous montre, ou collez son lien. Il peut venir de Coffre ou d’un autre service (SMART Health Links). Rien n’est gardé.',
  link: 'Lien',
  linkHint: 'Il commence par shlink:/ ou https://',
  linkBad: 'Ce lien n’est pas un lien de santé, ou il n’est pas entier.',
  openLink: 'Continuer',
  foreign:
    'Ce lien mène à {{host}}, un autre service. Coffre n’y est pour rien et ne lui envoie que votre nom.',
};
