/** Invented grants and professionals for looking at the pages. Nothing here is real, nor reaches the built app. */
import type { ContactView, GrantView, ProfessionalView, ProfessionCode, VaultCardView } from '../models';
import { days, GRANTABLE, PROFESSIONAL, section } from './samples';

const BENALI = {
  name: 'Dr Amine Benali',
  profession: '10',
  rpps: '10101234567',
  fingerprint: PROFESSIONAL.fingerprint,
} as const;

const somebody = (name: string, profession: ProfessionCode, rpps: string) => ({
  name,
  profession,
  rpps,
  fingerprint: '',
});
/** From one day to another, counted from today. */
const term = (first: number, last: number) => ({ notBefore: days(first), notAfter: days(last) });
const toRead = { rights: ['read'] } as const;

export const GRANTS: readonly GrantView[] = [
  {
    id: 'g1',
    state: 'active',
    professional: BENALI,
    sections: GRANTABLE.slice(0, 9),
    rights: ['add', 'read'],
    ...term(-300, 20),
    asked: days(365),
  },
  {
    id: 'g2',
    state: 'invited',
    sections: [section('dental'), section('prescriptions')],
    ...toRead,
    ...term(0, 180),
  },
  {
    id: 'g3',
    state: 'revoked',
    professional: somebody('Léa Fontaine', '28', '10009876543'),
    sections: [section('vision')],
    ...toRead,
    ...term(-90, 120),
  },
  {
    id: 'g7',
    state: 'active',
    professional: somebody('Inès Morel', '10', '10003456786'),
    sections: [],
    documents: ['IRM du genou droit', undefined],
    ...toRead,
    ...term(-3, 60),
  },
  {
    id: 'g4',
    state: 'expired',
    professional: somebody('Marc Petit', '70', '10005556667'),
    sections: [section('imaging')],
    ...toRead,
    ...term(-400, -35),
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
    ...toRead,
    notAfter: days(220),
    state: 'active',
    since: 'never',
  },
  {
    id: 'v3',
    grant: 'g6',
    patient: 'Yasmine Kader',
    sections: [],
    ...toRead,
    notAfter: days(-12),
    state: 'expired',
  },
];
