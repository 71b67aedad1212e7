/** Pages of the journal, in every state worth looking at. */
import { AccessNow } from '../components/AccessNow';
import { Journal } from '../pages/Journal';
import { OwnAccesses } from '../pages/OwnAccesses';
import type { Samples } from './sample';
import { GRANTS } from './grantSamples';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;
const professional = sample.PROFESSIONAL;
const shareList = sample.shares(new Date());

const journalProps = {
  access: <AccessNow access={{ state: 'ready', value: { grants: GRANTS, shares: shareList } }} />,
  folding: { folded: false, onFold: nothing },
  action: idle,
  onCutOff: nothing,
  onEndShare: nothing,
  onCompare: () => Promise.resolve('same' as const),
  onExport: nothing,
};
const known = { entries: sample.JOURNAL, verified: true, checked: sample.NOW, proof: sample.PROOF };

export const JOURNAL_PAGES: Samples = {
  journal: {
    path: '/journal',
    account: patient,
    page: (
      <Journal
        journal={{
          state: 'ready',
          value: known,
        }}
        {...journalProps}
      />
    ),
  },
  'own-accesses': {
    path: '/vault/v1/accesses',
    account: professional,
    page: (
      <OwnAccesses
        vault="v1"
        journal={{
          state: 'ready',
          value: { entries: sample.JOURNAL.slice(-3, -2), verified: true, checked: sample.NOW },
        }}
        onExport={nothing}
      />
    ),
  },
  'journal-empty': {
    path: '/journal',
    account: patient,
    page: (
      <Journal
        {...journalProps}
        journal={{ state: 'ready', value: { ...known, entries: [], verified: false } }}
      />
    ),
  },
  ...waiting({
    name: 'journal',
    path: '/journal',
    account: patient,
    known,
    page: (of) => <Journal {...journalProps} journal={of} />,
  }),
  ...waiting({
    name: 'own-accesses',
    path: '/vault/v1/accesses',
    account: professional,
    page: (of: Parameters<typeof OwnAccesses>[0]['journal']) => (
      <OwnAccesses vault="v1" journal={of} onExport={nothing} />
    ),
  }),
};
