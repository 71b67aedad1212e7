/** Messages in French about files that are chosen: what becomes of photos, what is there already, folders and pasting. */
export const adding = {
  hint: 'PDF, photos (sans lieu ni appareil), textes, DICOM… des dossiers entiers, ou collez (Ctrl+V). 5 Go au plus par fichier.',
  cleaning: {
    place: 'Le lieu et l’appareil inscrits dans cette photo sont retirés avant l’envoi.',
    camera: 'Les données de l’appareil photo inscrites dans ce fichier sont retirées avant l’envoi.',
    converted: 'Convertie en JPEG, sans le lieu ni l’appareil, pour s’ouvrir partout.',
    kept: 'Ce fichier est gardé tel quel : il peut contenir le lieu et l’appareil.',
  },
  inVault: 'Ce document est déjà dans le coffre : « {{title}} ».',
  twice: 'C’est le même fichier que « {{title}} ».',
  open: 'L’ouvrir',
  anyway: 'Ajouter quand même',
  duplicates_one: '{{count}} fichier est un doublon et n’est pas ajouté.',
  duplicates_other: '{{count}} fichiers sont des doublons et ne sont pas ajoutés.',
  more_one: 'Voir encore {{count}} fichier',
  more_other: 'Voir encore {{count}} fichiers',
};
