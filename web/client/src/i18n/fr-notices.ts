/** Messages in French about notices: the list, the bell, and how to be told. */
import { hostNotices } from './fr-host';
import { leavingNotices } from './fr-leaving';

export const notices = {
  title: 'Avis',
  lead: 'Ce que le serveur vous signale. Ce qui s’est vraiment passé est signé dans votre historique.',
  leadProfessional: 'Ce que le serveur vous signale.',
  bell: 'Avis',
  bellUnread_one: 'Avis, {{count}} non lu',
  bellUnread_other: 'Avis, {{count}} non lus',
  unread: 'Nouveau',
  emptyTitle: 'Aucun avis',
  emptyText: 'Vous serez prévenu quand quelqu’un ouvre votre coffre ou se connecte à votre compte.',
  openJournal: 'Voir l’historique',
  kinds: {
    opening: 'Un professionnel autorisé a ouvert des documents',
    share_opening: 'Quelqu’un a ouvert un de vos partages',
    deposit: 'Un dépôt est arrivé, à ranger',
    grant_ending: 'Une autorisation se termine le {{until}}',
    own_grant_ending: 'Un de vos accès se termine le {{until}}',
    renewal_request: 'On vous demande de renouveler une autorisation',
    new_device: 'Connexion depuis un nouvel appareil',
    kit_used: 'Connexion avec votre kit de secours',
    key_change: 'Mot de passe ou clé du compte changés',
    ...hostNotices,
    ...leavingNotices,
    other: 'Autre avis',
  },
  settings: {
    title: 'Être prévenu',
    lead: 'Les e-mails ne disent jamais de quel document, de quelle rubrique ni de quel professionnel il s’agit.',
    noMail: 'Ce serveur n’envoie pas d’e-mails : les avis s’affichent ici seulement.',
    language: 'Langue des messages',
    openings: 'Ouvertures de votre coffre et de vos partages',
    others: 'Dépôts, fins d’autorisation, demandes',
    each: 'À chaque fois',
    daily: 'Un résumé par jour',
    off: 'Jamais par message',
    always:
      'Les nouvelles connexions et les changements de clés sont toujours signalés. Les ouvertures ne peuvent pas être tues.',
    phone: 'Téléphone mobile',
    phoneHint:
      'Forme internationale, par exemple +33612345678. Pour les ouvertures et les connexions, dix messages par jour au plus. Le serveur connaîtra ce numéro.',
    phoneInvalid: 'Ce numéro n’a pas la forme internationale.',
    submit: 'Enregistrer',
    saved: 'Réglages enregistrés.',
  },
};
