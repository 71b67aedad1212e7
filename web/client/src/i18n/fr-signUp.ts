/** Messages in French: the code that proves an address at sign-up. */
export const signUpCode = {
  title: 'Confirmez votre adresse',
  sent: 'Un message part à {{email}}. Recopiez ici le code de huit chiffres qu’il contient.',
  patience:
    'Il peut mettre une minute ou deux ; regardez aussi dans les indésirables. Si cette adresse a déjà un compte, c’est le message qui le dit, et pas cette page.',
  code: 'Code reçu',
  hint: 'Huit chiffres, valables 30 minutes.',
  invalid: 'Le code a huit chiffres.',
  submit: 'Ouvrir mon compte',
  again: 'Envoyer un autre code',
  pause: 'Un autre code pourra être envoyé dans une minute.',
  back: 'Modifier mes informations',
};

export const signUpErrors = {
  wrong_code: 'Ce n’est pas le bon code. Seul le dernier reçu est valable.',
  code_over: 'Ce code n’est plus valable, ou il y a eu trop d’essais. Demandez-en un autre.',
};
