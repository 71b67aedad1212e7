/** Pages of sections and deposits, in the states worth looking at. */
import type { ReactNode } from 'react';
import type { AccountView } from '../models';
import { Deposit } from '../pages/Deposit';
import { Sections } from '../pages/Sections';
import { PATIENT, PROFESSIONAL, SECTIONS } from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const link =
  'https://coffre.exemple.fr/deposit#1.65aabe56c18aa7e5736859134a87bca1.NAo2j9EXMeBaUpPfYDCFgxR7-3QOZvCKLnmH-V-nYAA';
const deposit = {
  now: new Date(2026, 10, 22),
  onLink: nothing,
  onFiles: nothing,
  onTitle: nothing,
  onSubmit: nothing,
  onWithdraw: nothing,
  onAnother: nothing,
};
const files = [
  {
    id: '1',
    fileName: 'courrier.pdf',
    title: 'Courrier au médecin traitant',
    size: 84_000,
    sent: 0,
    state: 'chosen',
  },
  { id: '2', fileName: 'irm.dcm', title: 'IRM du genou', size: 9_400_000, sent: 4_100_000, state: 'sending' },
  { id: '3', fileName: 'bilan.pdf', title: 'Bilan', size: 60_000, sent: 60_000, state: 'sent' },
] as const;
const own = [{ id: 'a', time: new Date(2026, 10, 20, 9, 30) }];

export const DEPOSIT_SAMPLES: Readonly<
  Record<string, { readonly path: string; readonly account?: AccountView; readonly page: ReactNode }>
> = {
  sections: {
    path: '/sections',
    account: PATIENT,
    page: (
      <Sections
        content={{ state: 'ready', value: { sections: SECTIONS, maskNew: true, link } }}
        action={idle}
        onAdd={nothing}
        onRename={nothing}
        onMaskNew={nothing}
      />
    ),
  },
  'deposit-ask': {
    path: '/deposit',
    account: PROFESSIONAL,
    page: <Deposit {...deposit} state={{ stage: 'ask', error: 'malformed' }} />,
  },
  deposit: {
    path: '/deposit',
    account: PROFESSIONAL,
    page: <Deposit {...deposit} state={{ stage: 'ready', files, own, action: idle }} />,
  },
  'deposit-signin': { path: '/deposit', page: <Deposit {...deposit} state={{ stage: 'sign_in' }} /> },
  'deposit-patient': {
    path: '/deposit',
    account: PATIENT,
    page: <Deposit {...deposit} state={{ stage: 'wrong_role' }} />,
  },
  ...waiting({
    name: 'sections',
    path: '/sections',
    account: PATIENT,
    known: { sections: SECTIONS, maskNew: false, link },
    page: (of) => (
      <Sections content={of} action={idle} onAdd={nothing} onRename={nothing} onMaskNew={nothing} />
    ),
  }),
  'deposit-checking': {
    path: '/deposit',
    account: PROFESSIONAL,
    page: <Deposit {...deposit} state={{ stage: 'checking' }} />,
  },
  'deposit-empty': {
    path: '/deposit',
    account: PROFESSIONAL,
    page: <Deposit {...deposit} state={{ stage: 'ready', files: [], own: [], action: { pending: false } }} />,
  },
};
