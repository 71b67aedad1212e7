/** Invented grants and professionals for looking at the pages. Nothing here is real, nor reaches the built app. */
import type { ContactView, GrantView, ProfessionalView, VaultCardView } from '../models';
import { days, GRANTABLE, PROFESSIONAL, section } from './samples';

const BENALI = {
  name: 'Dr Amine Benali',
  profession: '10',
  rpps: '10101234567',
  fingerprint: PROFESSIONAL.fingerprint,
} as const;

export const GRANTS: readonly GrantView[] = [
  {
    id: 'g1',
    state: 'active',
    professional: BENALI,
    sections: GRANTABLE.slice(0, 9),
    rights: ['add', 'read'],
    notBefore: days(-300),
    notAfter: days(20),
    asked: days(365),
  },
  {
    id: 'g2',
    state: 'invited',
    sections: [section('dental'), section('prescriptions')],
    rights: ['read'],
    notBefore: days(0),
    notAfter: days(180),
  },
  {
    id: 'g3',
    state: 'revoked',
    professional: { name: 'Léa Fontaine', profession: '28', rpps: '10009876543', fingerprint: '' },
    sections: [section('vision')],
    rights: ['read'],
    notBefore: days(-90),
    notAfter: days(120),
  },
  {
    id: 'g7',
    state: 'active',
    professional: { name: 'Inès Morel', profession: '10', rpps: '10003456786', fingerprint: '' },
    sections: [],
    documents: ['IRM du genou droit', undefined],
    rights: ['read'],
    notBefore: days(-3),
    notAfter: days(60),
  },
  {
    id: 'g4',
    state: 'expired',
    professional: { name: 'Marc Petit', profession: '70', rpps: '10005556667', fingerprint: '' },
    sections: [section('imaging')],
    rights: ['read'],
    notBefore: days(-400),
    notAfter: days(-35),
    refused: true,
    blocked: true,
  },
];

const KEY_WORDS =
  'abricot bagage cactus daurade épaule fabuleux gagner hibou image jaguar kiwi label magasin nageur océan';

export const FOUND: ProfessionalView = {
  ...BENALI,
  words: KEY_WORDS.split(' '),
  state: 'verified',
  confirmed: true,
};

export const CONTACT: ContactView = {
  link: 'https://coffre.example/contact#1.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  fingerprint: PROFESSIONAL.fingerprint,
  words: KEY_WORDS.split(' '),
};

export const VAULTS: readonly VaultCardView[] = [
  {
    id: 'v1',
    grant: 'g1',
    patient: 'Claire Delmas',
    sections: GRANTABLE.slice(0, 9),
    rights: ['add', 'read'],
    notAfter: days(20),
    state: 'active',
    since: 3,
  },
  {
    id: 'v2',
    grant: 'g5',
    patient: 'Joseph Arnaud',
    sections: [],
    documents: 2,
    rights: ['read'],
    notAfter: days(220),
    state: 'active',
    since: 'never',
  },
  {
    id: 'v3',
    grant: 'g6',
    patient: 'Yasmine Kader',
    sections: [],
    rights: ['read'],
    notAfter: days(-12),
    state: 'expired',
  },
];
