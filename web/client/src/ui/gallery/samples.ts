/** Invented people and documents for looking at the pages. Nothing here is real, nor reaches the built app. */
import type {
  AccountView,
  DocumentView,
  JournalEntry,
  JournalProofView,
  PendingFile,
  RatePassword,
  SectionKind,
  SectionView,
  ShareView,
  UploadView,
} from '../models';
import { fr } from '../../i18n/fr';

export const NOW = new Date('2026-11-22T10:30:00');
export const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
export const days = (count: number) => minutes(count * 24 * 60);

export const SECTIONS: readonly SectionView[] = (Object.keys(fr.sections) as SectionKind[])
  .filter((kind) => kind !== 'custom')
  .map((kind) => ({ id: `s-${kind}`, kind }));

export function section(kind: SectionKind): SectionView {
  return SECTIONS.find((one) => one.kind === kind) ?? { id: kind, kind };
}

export const GRANTABLE = SECTIONS.filter((one) => one.kind !== 'masked' && one.kind !== 'inbox');

export const PATIENT: AccountView = {
  role: 'patient',
  email: 'claire.delmas@exemple.fr',
  name: 'Claire Delmas',
  fingerprint: '9F3A07C2E4511B8D60AA72F3C9D4E5B1807F6A23',
};

export const PROFESSIONAL: AccountView = {
  role: 'professional',
  email: 'a.benali@cabinet-lilas.fr',
  name: 'Dr Amine Benali',
  fingerprint: '11C0A94477D2E3F0B5A6218890FE3D4C5B6A7988',
  rpps: '10101234567',
  profession: '10',
};

export const THUMBNAIL =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 56"%3E%3Crect width="48" height="56" fill="%23e9e4d6"/%3E%3Cpath d="M8 12h22M8 20h32M8 26h28M8 32h30M8 44h14" stroke="%238a8577" stroke-width="2.5"/%3E%3C/svg%3E';

function document(
  id: string,
  title: string,
  kind: SectionKind,
  more: Partial<DocumentView> = {},
): DocumentView {
  return {
    id,
    version: 1,
    title,
    section: section(kind),
    date: '2026-11-03',
    added: days(-4),
    author: 'Claire Delmas',
    own: true,
    mime: 'application/pdf',
    fileName: `${id}.pdf`,
    size: 482_311,
    masked: false,
    ...more,
  };
}

export const DOCUMENTS: readonly DocumentView[] = [
  document('d1', 'Ordonnance du Dr Benali', 'prescriptions', {
    type: '57833-6',
    mime: 'image/jpeg',
    thumbnail: THUMBNAIL,
    fileName: 'IMG_2041.jpg',
    size: 2_400_000,
  }),
  document('d2', 'Bilan sanguin complet', 'laboratory', {
    type: '11502-2',
    date: '2026-10-28',
    author: 'Laboratoire des Tilleuls',
    own: false,
  }),
  document('d3', 'IRM du genou gauche', 'imaging', {
    type: '18748-4',
    date: '2026-09-14',
    mime: 'application/dicom',
    fileName: 'irm.dcm',
    size: 18_200_000,
  }),
  document(
    'd4',
    'Compte rendu de consultation en ophtalmologie, avec mesure de la vue et proposition de suivi annuel',
    'reports',
    { type: '78513-9', date: '2026-06-02', author: 'Dr Hélène Roussel', own: false },
  ),
  document('d5', 'Note personnelle', 'masked', {
    masked: true,
    mime: 'text/plain',
    date: '2026-05-20',
    fileName: 'note.txt',
    size: 1_204,
  }),
  document('d6', 'Carnet de vaccination', 'vaccinations', {
    type: '11369-6',
    date: '2025-12-11',
    mime: 'image/png',
    thumbnail: THUMBNAIL,
  }),
  document('d7', 'Courrier de l’hôpital', 'inbox', {
    date: '2026-11-18',
    author: 'Hôpital Saint-Roch',
    own: false,
  }),
];

export const UPLOADS: readonly UploadView[] = [
  { id: 'u1', title: 'Radio du poignet', size: 48_000_000, sent: 21_400_000, state: 'sending' },
  { id: 'u2', title: 'Compte rendu opératoire', size: 1_200_000, sent: 0, state: 'sealing' },
  {
    id: 'u3',
    title: 'Scanner thoracique de contrôle du 12 octobre 2026',
    size: 310_000_000,
    sent: 0,
    state: 'waiting',
  },
  { id: 'u4', title: 'Ordonnance', size: 900_000, sent: 400_000, state: 'failed', error: 'offline' },
  { id: 'u5', title: 'Certificat', size: 200_000, sent: 200_000, state: 'done' },
  { id: 'u6', title: 'IRM du genou', size: 740_000_000, sent: 512_000_000, state: 'offline' },
  { id: 'u7', title: 'Échographie', size: 64_000_000, sent: 12_000_000, state: 'paused' },
  { id: 'u8', title: 'Bilan sanguin', size: 1_400_000, sent: 1_400_000, state: 'confirming' },
  {
    id: 'u9',
    title: 'Scanner du rachis',
    size: 410_000_000,
    sent: 0,
    state: 'interrupted',
    fileName: 'rachis-2026-10-12-serie-complete.zip',
    error: 'other_file',
  },
];

export const FILES: readonly PendingFile[] = [
  {
    id: 'f1',
    fileName: 'IMG_2041.jpg',
    size: 2_400_000,
    mime: 'image/jpeg',
    suggestedTitle: 'IMG 2041',
    suggestedDate: '2026-11-20',
    suggestedSection: 's-prescriptions',
    suggestedType: '57833-6',
    thumbnail: THUMBNAIL,
  },
  {
    id: 'f2',
    fileName: 'resultats.pdf',
    size: 482_311,
    mime: 'application/pdf',
    suggestedTitle: 'resultats',
    suggestedDate: '2026-11-21',
    suggestedSection: 's-other',
  },
  {
    id: 'f3',
    fileName: 'vide.txt',
    size: 0,
    mime: 'text/plain',
    suggestedTitle: '',
    suggestedDate: '',
    suggestedSection: 's-other',
    error: 'empty_file',
  },
];

export const PROOF: JournalProofView = {
  codes: [
    'ledger:42:4F3A-0C11-9B2E-77D0-1A5C-E8F4-6B39-20AD-C5D1-83EE',
    'accesses:17:B6A0-52F9-0D13-9E47-3C88-A1F2-64DB-7E05-F930-1BC4',
  ],
  checkpoint: 1204,
  keySince: minutes(-60 * 24 * 9),
  uncoveredSince: minutes(-3),
  late: false,
};

export const JOURNAL: readonly JournalEntry[] = [
  {
    id: 'accesses:9',
    kind: 'access',
    time: minutes(-12),
    actor: 'Dr Amine Benali',
    subject: 'Bilan sanguin complet',
    mode: 'grant',
    reason: 'care',
  },
  {
    id: 'accesses:8',
    kind: 'opening',
    time: minutes(-55),
    actor: 'Cabinet des Lilas',
    subject: 'Pour le kiné',
    mode: 'share',
  },
  { id: 'ledger:14', kind: 'share', time: minutes(-70), subject: 'Pour le kiné' },
  {
    id: 'ledger:13',
    kind: 'manifest',
    time: days(-1),
    actor: 'Laboratoire des Tilleuls',
    subject: 'Bilan sanguin complet',
  },
  { id: 'ledger:12', kind: 'rotation', time: days(-2) },
  { id: 'ledger:11', kind: 'revocation', time: days(-2) },
  {
    id: 'accesses:2',
    kind: 'access',
    time: days(-3),
    subject: 'IRM du genou gauche',
    mode: 'own',
    reason: 'own',
  },
  { id: 'ledger:5', kind: 'removal', time: days(-3), subject: undefined },
  { id: 'ledger:0', kind: 'vault', time: days(-30) },
];

export const LINK =
  'https://coffre.exemple.fr/view#shlink:/eyJ1cmwiOiJodHRwczovL2NvZmZyZS5leGVtcGxlLmZyL2FwaS92MS9zaGwvM2J5U2ZGY1hLNVZuWGJqYzVSUEhUS2o2dlFlWk9HUk5fVndfX0pmM0t2OCIsImtleSI6Imkzcy1hV1c4OU1BZXo5M3ZWTDNuUWFUbFdfZ1NBNlNfVUNPbjhFWk1CRGciLCJleHAiOjE3OTUzNDM0MDAsImxhYmVsIjoiUG91ciBsZSBraW7DqSJ9';

export function shares(now: Date): readonly ShareView[] {
  const at = (count: number) => new Date(now.getTime() + count * 60_000);
  return [
    {
      id: 'h1',
      label: 'Pour le kiné',
      link: LINK,
      documents: ['IRM du genou gauche', 'Ordonnance du Dr Benali'],
      notAfter: at(14),
      state: 'active',
      openings: 1,
      maxOpenings: 3,
      passcode: true,
      follows: true,
      opened: [{ time: at(-3), name: 'Cabinet des Lilas', client: 'ios' }],
      documentIds: ['d1', 'd2'],
    },
    {
      id: 'h2',
      label: 'Partage du 3 novembre 2026',
      documents: ['Bilan sanguin complet'],
      notAfter: days(-10),
      state: 'expired',
      openings: 2,
      passcode: false,
      follows: false,
      opened: [{ time: days(-11) }, { time: days(-12), name: 'Pharmacie' }],
      documentIds: ['d1'],
    },
    {
      id: 'h3',
      label: 'Urgences',
      documents: ['Carnet de vaccination'],
      notAfter: days(-40),
      state: 'ended',
      openings: 0,
      passcode: false,
      follows: false,
      opened: [],
      documentIds: ['d1'],
    },
  ];
}

export const WORDS = [
  'abri',
  'cerise',
  'digue',
  'falaise',
  'gamelle',
  'hublot',
  'jardin',
  'lucide',
  'menthe',
  'notable',
  'prairie',
  'voyelle',
];

export const ratePassword: RatePassword = (password) => {
  if (password.length < 15) return { score: password.length > 8 ? 1 : 0, acceptable: false, reason: 'short' };
  return { score: password.length > 20 ? 4 : 3, acceptable: true };
};

export const TEXT_SOURCE = {
  mime: 'text/plain',
  name: 'note.txt',
  bytes: new TextEncoder().encode(
    'Note personnelle\n\nTension 12/8 le matin.\nPenser à demander le renouvellement.',
  ).buffer,
};
