/** Pages of the journal, in every state worth looking at. */
import { AccessNow } from '../components/AccessNow';
import { Journal } from '../pages/Journal';
import { OwnAccesses } from '../pages/OwnAccesses';
import type { Samples } from './sample';
import * as sample from './samples';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;
const professional = sample.PROFESSIONAL;
const shareList = sample.shares(new Date());

export const JOURNAL_PAGES: Samples = {
  journal: {
    path: '/journal',
    account: patient,
    page: (
      <Journal
        journal={{
          state: 'ready',
          value: { entries: sample.JOURNAL, verified: true, checked: sample.NOW, proof: sample.PROOF },
        }}
        access={
          <AccessNow access={{ state: 'ready', value: { grants: sample.GRANTS, shares: shareList } }} />
        }
        folding={{ folded: false, onFold: nothing }}
        action={idle}
        onCutOff={nothing}
        onEndShare={nothing}
        onCompare={() => Promise.resolve('same')}
        onExport={nothing}
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
};
