/** Messages en français : confirmer un numéro de téléphone. */
export const phone = {
  title: 'Numéro à confirmer',
  text: 'Rien n’est envoyé au {{phone}} tant que vous n’avez pas tapé le code qui y est reçu.',
  send: 'Recevoir un code',
  again: 'Recevoir un autre code',
  code: 'Code reçu',
  hint: 'Six chiffres, valables dix minutes. Le message peut mettre une minute à arriver.',
  wrong: 'Le code a six chiffres.',
  confirm: 'Confirmer',
  over: 'Ce code n’est plus valable, ou il y a eu trop d’essais. Demandez-en un autre.',
  done: 'Numéro confirmé.',
};
