/** Messages en français : ce qu’un lien a donné, à garder dans un coffre, et les cartes de santé d’autres émetteurs. */
export const received = {
  name: {
    ask: 'Demander son nom à qui ouvre',
    askHint: 'Chacun écrit ce qu’il veut ; le nom figure dans votre historique.',
    none: 'La personne qui partage verra que ses documents ont été ouverts.',
    said: 'se disant « {{name}} »',
    unnamed: 'sans nom demandé',
    openings: 'Ouvertures',
  },
  clients: {
    android: 'téléphone ou tablette Android',
    ios: 'iPhone ou iPad',
    linux: 'ordinateur sous Linux',
    macos: 'ordinateur Mac',
    other: 'autre appareil ou logiciel',
    windows: 'ordinateur sous Windows',
  },
  keep: {
    title: 'Garder ces documents',
    text: 'Ils seront chiffrés à nouveau, pour ce coffre. Vous choisissez lesquels, leur titre et leur rubrique à l’étape suivante.',
    vault: 'Dossier du patient',
    own: 'Ajouter à mon coffre',
    patient: 'Déposer dans ce dossier',
    byLink: 'Déposer chez un autre patient, par son lien de dépôt',
    none: 'Aucun coffre ne vous permet d’ajouter des documents.',
    large: 'Les documents de plus de 20 Mo ne suivent pas : enregistrez-les, puis ajoutez-les.',
    check: 'Vérifiez qu’il s’agit bien de cette personne : le lien vient d’ailleurs.',
    signIn:
      'Professionnel ou patient avec un coffre ? Connectez-vous, puis ouvrez ce lien depuis vos dossiers ou vos partages pour garder les documents.',
  },
  card: {
    unverified: 'La signature de cette carte n’a pas été vérifiée : seul son émetteur peut la confirmer.',
    issuer: 'Émetteur, selon la carte',
    issued: 'Émise le',
    holder: 'Titulaire',
    holds: 'Contenu',
    kinds: {
      AllergyIntolerance: 'Allergie',
      Condition: 'Problème de santé',
      DiagnosticReport: 'Compte rendu',
      Immunization: 'Vaccination',
      MedicationRequest: 'Traitement',
      MedicationStatement: 'Traitement',
      Observation: 'Résultat',
      Procedure: 'Acte',
    },
  },
};
