/** What the journal says of kinds of entries that came later, of others and of oneself. */
export const laterKinds = {
  document_grant: '{{actor}} a autorisé à lire des documents choisis',
  described: '{{actor}} a mis à jour la fiche de « {{subject}} »',
  deposit: '{{actor}} a déposé « {{subject}} »',
  restoral: '{{actor}} a rétabli « {{subject}} »',
  sections: '{{actor}} a modifié la liste des rubriques',
  section_terms: '{{actor}} a fixé jusqu’à quand des rubriques reçoivent des documents',
  share_update: '{{actor}} a mis à jour le partage « {{subject}} »',
  settings: '{{actor}} a modifié les réglages du coffre',
  renewal_request: '{{actor}} a demandé à prolonger une autorisation',
  renewal_refusal: '{{actor}} a refusé de prolonger une autorisation',
  block: '{{actor}} a bloqué un professionnel',
  unblock: '{{actor}} a débloqué un professionnel',
};

export const laterKindsSelf = {
  document_grant: 'Vous avez autorisé à lire des documents choisis',
  described: 'Votre appareil a mis à jour la fiche de « {{subject}} »',
  deposit: 'Vous avez déposé « {{subject}} »',
  restoral: 'Vous avez rétabli « {{subject}} »',
  sections: 'Vous avez modifié la liste des rubriques',
  section_terms: 'Votre appareil a fixé jusqu’à quand des rubriques reçoivent des documents',
  share_update: 'Vous avez mis à jour le partage « {{subject}} »',
  settings: 'Vous avez modifié les réglages du coffre',
  renewal_request: 'Vous avez demandé à prolonger une autorisation',
  renewal_refusal: 'Vous avez refusé de prolonger une autorisation',
  block: 'Vous avez bloqué un professionnel',
  unblock: 'Vous avez débloqué un professionnel',
};
