/** Messages in French about files that are chosen: what becomes of photos, what is there already, folders and pasting. */
export const adding = {
  hint: 'PDF, photos (sans lieu ni appareil), textes, DICOM… 5 Go au plus par fichier.',
  hintOfComputers: 'Des dossiers entiers aussi, ou collez (Ctrl+V).',
  cleaning: {
    place: 'Le lieu et l’appareil inscrits dans cette photo sont retirés avant l’envoi.',
    camera: 'Les données de l’appareil photo inscrites dans ce fichier sont retirées avant l’envoi.',
    converted: 'Convertie en JPEG, sans le lieu ni l’appareil, pour s’ouvrir partout.',
    kept: 'Ce fichier est gardé tel quel : il peut contenir le lieu et l’appareil.',
    heic: 'Ce navigateur ne sait pas convertir cette photo (HEIC). Elle est gardée telle quelle, peut contenir le lieu et l’appareil, et ne s’affiche que sur les appareils qui connaissent ce format. Tout le monde peut la télécharger.',
  },
  notShown:
    'Ce navigateur n’affiche pas les photos HEIC. Le document est intact : téléchargez-le, ou ouvrez-le sur un appareil qui les affiche (iPhone, Mac).',
  tagsHint: 'Séparez-les par des virgules.',
  inVault: 'Ce document est déjà dans le coffre : « {{title}} ».',
  twice: 'C’est le même fichier que « {{title}} ».',
  open: 'L’ouvrir',
  anyway: 'Ajouter quand même',
  duplicates_one: '{{count}} fichier est un doublon et n’est pas ajouté.',
  duplicates_other: '{{count}} fichiers sont des doublons et ne sont pas ajoutés.',
  more_one: 'Voir encore {{count}} fichier',
  more_other: 'Voir encore {{count}} fichiers',
};
