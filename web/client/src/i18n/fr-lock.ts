/** Textes français : le verrouillage de cet appareil. */
export const lock = {
  title: 'Verrouiller sans activité',
  text: 'Sur cet appareil. Vos clés quittent alors la page, et il faut de nouveau votre mot de passe. Un envoi ou un enregistrement en cours est d’abord terminé.',
  after_one: 'Après {{count}} minute',
  after_other: 'Après {{count}} minutes',
};
