/** Day and type as names of files tell them. */
import { expect, it } from 'vitest';
import { DOCUMENT_TYPES } from '../../src/ui/documentTypes';
import { dateIn, PROPOSED_TYPES, typeIn } from '../../src/worker/names.ts';

const TODAY = '2026-11-22';

it.each([
  ['2026-03-01 ordonnance.pdf', '2026-03-01'],
  ['ordonnance_2026_3_1.pdf', '2026-03-01'],
  ['IMG_20261120_101502.jpg', '2026-11-20'],
  ['IMG-20251231-WA0004.jpg', '2025-12-31'],
  ['bilan 03-04-2026.pdf', '2026-04-03'],
  ['bilan_31.12.2025.pdf', '2025-12-31'],
  ['CR du 1er février 2026.pdf', '2026-02-01'],
  ['Results 12 March 2026.pdf', '2026-03-12'],
  ['Results March 12, 2026.pdf', '2026-03-12'],
  ['radio_12102026.pdf', '2026-10-12'],
  ['dossier 20260230 du 2026-01-05.pdf', '2026-01-05'],
])('%s is of %s', (name, day) => {
  expect(dateIn(name, TODAY)).toBe(day);
});

it.each([
  'IMG_2041.jpg',
  'rendez-vous 2027-01-05.pdf',
  '30-02-2026.pdf',
  'facture 120260101.pdf',
  'x 12 truc 2026.pdf',
  '',
])('%j tells no day', (name) => {
  expect(dateIn(name, TODAY)).toBeUndefined();
});

it.each([
  ['Ordonnance Dr Martin.pdf', '57833-6'],
  ['ordonnance_kiné.pdf', 'PRESC-KINE'],
  ['Prescription blood test.pdf', 'PRESC-BIO'],
  ['résultats-prise-de-sang.pdf', '11502-2'],
  ['Lab results 2026.pdf', '11502-2'],
  ['IRM_genou.pdf', '18748-4'],
  ['X-Ray left wrist.jpg', '18748-4'],
  ['CR opératoire.pdf', '34874-8'],
  ['compte-rendu_consultation.pdf', '11488-4'],
  ['Carnet de vaccination.jpg', '11369-6'],
  ['vaccination covid.pdf', '96874-3'],
  ['Certificat médical sport.pdf', '89601-9'],
  ['arrêt de travail.pdf', 'PRESC-AAT'],
  ['Living will.pdf', 'EXPPAT_3'],
  ['attestation mutuelle 2026.pdf', 'ATTEST-ASS-COMPL'],
])('%s is taken for %s', (name, code) => {
  expect(typeIn(name)).toBe(code);
});

it.each(['IMG_2041.jpg', 'scan0001.pdf', 'crème.pdf', 'radiateur.pdf', 'notes.txt'])(
  '%s is of no type',
  (name) => {
    expect(typeIn(name)).toBeUndefined();
  },
);

it('proposes types that exist', () => {
  const known = new Set(DOCUMENT_TYPES.map(({ code }) => code));
  expect(PROPOSED_TYPES.filter((code) => !known.has(code))).toEqual([]);
});
