/** Messages in French about documents on their way: up, down, interrupted. */
export const transfer = {
  list: {
    checking: 'Voici votre liste vérifiée sur cet appareil ; nous demandons au serveur ce qui est nouveau…',
    before: 'Ci-dessous, ce que cet appareil avait vérifié auparavant.',
  },
  download: {
    label: 'Téléchargement de {{title}}',
    preparing: 'Ouverture…',
    receiving: '{{received}} sur {{total}}, vérifiés',
    waiting: 'Pas de connexion : le téléchargement reprendra seul ({{received}} sur {{total}})',
    done: 'Enregistré par votre navigateur ; chaque partie a été vérifiée.',
    failed: 'Téléchargement interrompu : rien n’a été gardé sous le nom du document.',
    cancelled: 'Téléchargement annulé : rien n’a été gardé.',
    cancel: 'Annuler le téléchargement de {{title}}',
  },
};
