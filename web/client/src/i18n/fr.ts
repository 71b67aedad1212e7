/** French messages: the source of the message keys. Words follow the glossary (coffre, rubrique, autorisation, partage, historique). */
import { ownAccount } from './fr-account';
import { deposits, scope } from './fr-deposits';
import { adding } from './fr-adding';
import { capture } from './fr-capture';
import { directory } from './fr-directory';
import { journalViews } from './fr-journal';
import { named } from './fr-named';
import { kept, keptErrors } from './fr-kept';
import { host, hostErrors } from './fr-host';
import { leaving, leavingErrors, receipt } from './fr-leaving';
import { lock } from './fr-lock';
import { record } from './fr-record';
import { notices } from './fr-notices';
import { phone } from './fr-phone';
import { documents } from './fr-documents';
import { pages } from './fr-pages';
import { journalProof } from './fr-proof';
import { queue } from './fr-queue';
import { received } from './fr-received';
import { profile } from './fr-profile';
import { professional } from './fr-professional';
import { renewals } from './fr-renewals';
import { shareMore } from './fr-shares';
import { signUpCode, signUpErrors } from './fr-signUp';
import { transfer } from './fr-transfer';

export const fr = {
  app: {
    name: 'Coffre',
    tagline: 'Vos documents de santé, lisibles par vous seul.',
    skip: 'Aller au contenu',
    language: 'Langue',
    french: 'Français',
    english: 'English',
    offline: 'Vous êtes hors connexion. Ce que vous voyez peut dater.',
    loading: 'Chargement…',
    opening: 'Déchiffrement sur votre appareil…',
  },
  nav: {
    main: 'Navigation principale',
    vault: 'Coffre',
    vaults: 'Patients',
    grants: 'Autorisations',
    shares: 'Partages',
    journal: 'Historique',
    redeem: 'Invitation',
    settings: 'Réglages',
    account: 'Votre compte',
    signOut: 'Se déconnecter',
    signIn: 'Se connecter',
    signUp: 'Créer un compte',
  },
  common: {
    back: 'Retour',
    cancel: 'Annuler',
    close: 'Fermer',
    confirm: 'Confirmer',
    continue: 'Continuer',
    copied: 'Copié',
    copy: 'Copier',
    download: 'Télécharger',
    email: 'Adresse e-mail',
    emailHint: 'Pour vous identifier et vous prévenir. Jamais de contenu médical dans un e-mail.',
    error: 'Une erreur est survenue',
    fingerprint: 'Empreinte',
    hidePassword: 'Masquer le mot de passe',
    name: 'Nom',
    none: 'Aucun',
    optional: 'facultatif',
    password: 'Mot de passe',
    print: 'Imprimer',
    remove: 'Supprimer',
    required: 'À remplir.',
    retry: 'Réessayer',
    save: 'Enregistrer',
    search: 'Rechercher',
    clearSearch: 'Effacer la recherche',
    showPassword: 'Afficher le mot de passe',
    choose: 'Choisir…',
    qr: 'Code QR',
    you: 'Vous',
    until: 'jusqu’au {{date}}',
    documents_one: '{{count}} document',
    documents_other: '{{count}} documents',
    invalidEmail: 'Cette adresse ne semble pas complète.',
    notifications: 'Messages',
  },
  password: {
    hint: '15 caractères au moins. Une phrase que vous seul connaissez convient très bien.',
    tooLong: 'Un mot de passe compte au plus {{most}} caractères.',
    strength: 'Solidité :',
    scores: {
      none: 'Encore rien de saisi',
      weak: 'Trop facile à deviner',
      fair: 'Pas encore assez solide',
      good: 'Solide',
      strong: 'Très solide',
    },
    reasons: {
      short: 'Ajoutez des caractères : il en faut 15.',
      common: 'Ce mot de passe est trop courant.',
      guessable: 'Ajoutez un ou deux mots sans rapport entre eux.',
    },
    repeat: 'Le même, encore une fois',
    different: 'Les deux mots de passe diffèrent.',
  },
  host,
  signUpCode,
  errors: {
    malformed: 'Ces données ne sont pas lisibles : elles sont incomplètes ou abîmées.',
    unsupported_version: 'Ce format est plus récent que votre application. Rechargez la page.',
    wrong_key: 'Aucune de vos clés n’ouvre ces données.',
    tampered:
      'Ces données ont été modifiées depuis leur signature. Nous ne les affichons pas. Prévenez votre hébergeur.',
    limit_exceeded: 'C’est plus que ce qui est accepté.',
    stale:
      'Le serveur présente un état plus ancien que celui déjà vu sur cet appareil. Rechargez ; si cela continue, prévenez votre hébergeur.',
    weak_password: 'Ce mot de passe est trop facile à deviner.',
    conflict: 'C’est déjà pris.',
    changed:
      'Ceci a été modifié entre-temps sur un autre appareil. Rechargez la page et refaites votre modification.',
    address_taken: 'Un compte existe déjà avec ces informations.',
    unauthenticated: 'Votre session est terminée. Reconnectez-vous.',
    credentials: 'L’adresse ou le mot de passe ne convient pas.',
    wrong_kit: 'Ces mots ne correspondent pas à ce compte. Vérifiez l’adresse, l’ordre et l’orthographe.',
    forbidden: 'Vous n’avez pas le droit de faire cela.',
    blocked: 'Ce professionnel est bloqué.',
    unverified: 'L’annuaire ne garantit pas ce professionnel.',
    key_changed:
      'C’est une autre clé que celle connue auparavant. Rien n’a été ouvert. Comparez-la en personne avant de continuer.',
    ended: 'C’est terminé : cet accès a pris fin.',
    used: 'Cette invitation a déjà servi. Demandez-en une autre au patient.',
    bad_invitation: 'Ce n’est pas une invitation Coffre complète. Recopiez le lien en entier.',
    not_found: 'Introuvable, ou supprimé.',
    busy: 'Trop d’essais. Attendez un peu avant de recommencer.',
    store_unavailable:
      'Le stockage ne répond pas. Vos documents sont en sécurité ; réessayez dans quelques minutes.',
    internal: 'Le serveur a rencontré une erreur. Réessayez.',
    offline: 'Pas de connexion au serveur.',
    wrong_passcode: 'Ce code ne convient pas.',
    link_incomplete:
      'Ce lien n’est pas complet : une partie manque ou a été modifiée. Scannez le code à nouveau, ou copiez le lien en entier.',
    link_newer:
      'Ce lien suit une autre version de SMART Health Links, ou demande ce que cette page ne connaît pas. Rien n’a été ouvert.',
    link_key:
      'Les documents ne s’ouvrent pas avec ce lien : l’un de ses caractères a été modifié, ou ils l’ont été sur le serveur. Rien n’est affiché ; scannez le code à nouveau, ou demandez un autre lien.',
    other_file: 'Ce n’est pas le même fichier : sa taille ou sa date diffère. Choisissez l’original.',
    empty_file: 'Ce fichier est vide.',
    too_large: 'Ce fichier est trop volumineux.',
    bad_title: 'Ce titre contient des caractères interdits ou dépasse 200 caractères.',
    unsupported_browser: 'Ce navigateur ne sait pas faire le chiffrement nécessaire. Mettez-le à jour.',
    camera: 'L’appareil photo n’est pas disponible. Collez le lien à la place.',
    ...keptErrors,
    ...hostErrors,
    ...leavingErrors,
    ...signUpErrors,
    cancelled: 'Annulé.',
    unexpected: 'Quelque chose s’est mal passé. Rien n’a été perdu ; réessayez.',
  },
  sections: {
    summary: 'Ma santé en résumé',
    prescriptions: 'Ordonnances et soins',
    imaging: 'Radio, écho, scanner, IRM',
    laboratory: 'Biologie',
    reports: 'Comptes rendus',
    prevention: 'Prévention et dépistages',
    certificates: 'Certificats',
    administrative: 'Administratif',
    directives: 'Directives anticipées',
    questionnaires: 'Questionnaires',
    vaccinations: 'Vaccinations',
    rights: 'Volontés et droits',
    reimbursements: 'Remboursements',
    dental: 'Dents',
    vision: 'Vue',
    mental_health: 'Santé mentale',
    emergency: 'Urgence',
    other: 'Autres',
    masked: 'Masqués',
    inbox: 'À classer',
    custom: 'Rubrique personnelle',
  },
  professions: {
    '10': 'Médecin',
    '21': 'Pharmacien',
    '26': 'Audioprothésiste',
    '28': 'Opticien-lunetier',
    '40': 'Chirurgien-dentiste',
    '50': 'Sage-femme',
    '60': 'Infirmier',
    '70': 'Masseur-kinésithérapeute',
    '80': 'Pédicure-podologue',
    '86': 'Technicien de laboratoire',
    '91': 'Orthophoniste',
    '92': 'Orthoptiste',
    '94': 'Ergothérapeute',
    '95': 'Diététicien',
    '96': 'Psychomotricien',
    '98': 'Manipulateur en radiologie',
  },
  rights: {
    read: 'Lire',
    add: 'Déposer des documents',
  },
  grantStates: {
    invited: 'Invitation en attente',
    active: 'En cours',
    expired: 'Terminée',
    revoked: 'Retirée',
  },
  shareStates: {
    active: 'En cours',
    expired: 'Terminé',
    ended: 'Arrêté',
    used: 'Toutes les ouvertures utilisées',
  },
  preview: {
    frame: 'Aperçu de {{name}}',
    loading: 'Préparation de l’aperçu…',
    failed: 'L’aperçu n’a pas pu s’afficher. Le document est intact : téléchargez-le.',
    unsupported: 'Pas d’aperçu pour ce type de fichier. Téléchargez-le pour l’ouvrir.',
    tooLarge: 'Ce document est trop volumineux pour un aperçu. Téléchargez-le.',
    restart: 'Relancer l’aperçu',
    stopped: 'L’aperçu ne répondait plus, nous l’avons arrêté. Le document est intact.',
  },
  ...pages,
  ...documents,
  journalViews,
  journalProof,
  lock,
  record,
  notices,
  phone,
  deposits,
  scope,
  directory,
  renewals,
  named,
  shareMore,
  profile,
  ownAccount,
  leaving,
  receipt,
  received,
  adding,
  capture,
  queue,
  transfer,
  kept,
  professional,
} as const;

/** The shape of `fr` with any string at the leaves: a language that misses a key, or has one too many, is a type error. */
type Strings<T> = { readonly [K in keyof T]: T[K] extends string ? string : Strings<T[K]> };
export type Messages = Strings<typeof fr>;
