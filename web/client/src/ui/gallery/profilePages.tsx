/** The health profile, the emergency card, and summaries in the viewer, in every state worth looking at. */
import { EmergencyCard } from '../pages/EmergencyCard';
import { Profile } from '../pages/Profile';
import { ShareNew } from '../pages/ShareNew';
import { ShareViewer } from '../pages/ShareViewer';
import type { ProfileView, SummaryView } from '../profileModels';
import type { Samples } from './sample';
import * as sample from './samples';

const nothing = () => undefined;
const idle = { pending: false };
const account = sample.PATIENT;
const line = { detail: '', note: '', since: '', until: '', past: false };

const PROFILE: ProfileView = {
  birthDate: '1984-02-29',
  bloodGroup: 'O+',
  gender: 'female',
  lists: {
    allergies: [
      { ...line, label: 'Pénicilline', detail: 'Choc anaphylactique', severity: 'high', since: '1998' },
      { ...line, label: 'Œufs', since: '1985-02', until: '2001', past: true, note: 'Toléré depuis' },
    ],
    treatments: [{ ...line, label: 'Ventoline 100 µg', detail: '1 bouffée au besoin' }],
    problems: [],
    vaccinations: [{ ...line, label: 'DTP', since: '2021-03-02', detail: 'rappel' }],
    implants: [{ ...line, label: 'Stimulateur cardiaque', detail: 'Accolade MRI EL L331', since: '2019-06' }],
    directives: [],
  },
  contacts: [{ name: 'Paul Delmas', relation: 'mari', phone: '+33 6 12 34 56 78' }],
  noneKnown: ['problems'],
  saved: true,
};
const EMPTY: ProfileView = {
  birthDate: '',
  lists: { allergies: [], treatments: [], problems: [], vaccinations: [], implants: [], directives: [] },
  contacts: [],
  noneKnown: [],
  saved: false,
};

const item = { value: '', status: 'active', severity: '', since: '', until: '', details: [] };
const section = { empty: '', items: [], narrative: [] };
const SUMMARY: SummaryView = {
  title: 'Patient Summary',
  date: '2026-11-22T10:00:00Z',
  patient: 'Claire Delmas',
  birthDate: '1984-02-29',
  gender: 'female',
  contacts: [{ name: 'Paul Delmas', relation: 'mari', phone: '+33 6 12 34 56 78' }],
  sections: [
    {
      ...section,
      code: '48765-2',
      title: 'Allergies',
      items: [{ ...item, label: 'Pénicilline', severity: 'high', since: '1998', details: ['Choc'] }],
      narrative: ['Pénicilline · grave / severe · Choc · 1998'],
    },
    { ...section, code: '11450-4', title: 'Problems', empty: 'nilknown', narrative: ['None known'] },
    { ...section, code: '10160-0', title: 'Medication', empty: 'unavailable' },
    {
      ...section,
      code: '8716-3',
      title: 'Vital signs',
      items: [{ ...item, label: 'Body weight', value: '91.5 kg', status: 'final', since: '2024-04-10' }],
    },
    { ...section, code: '', title: 'Plan', narrative: ['Weight once a day.', 'Control in June.'] },
  ],
};
const summaryDocument = {
  id: '0',
  title: 'Patient Summary',
  date: '2026-11-22',
  mime: 'application/fhir+json',
  fileName: 'summary.json',
  size: 8204,
  source: {
    mime: 'application/fhir+json',
    name: 'summary.json',
    bytes: new ArrayBuffer(0),
    summary: SUMMARY,
  },
};

const CARD_TEXT = [
  'URGENCE / EMERGENCY',
  'Claire Delmas',
  'Groupe / Blood: O+',
  'Allergies: Pénicilline (Choc anaphylactique) [GRAVE / SEVERE]',
  'Contact: Paul Delmas (mari) +33 6 12 34 56 78',
  'Déclaré par le patient / Stated by the patient 2026-11-22',
].join('\n');
const card = {
  chosen: ['name', 'allergies', 'blood_group', 'contacts'],
  action: idle,
  onChoose: nothing,
  onDownload: nothing,
} as const;
const AVAILABLE = ['name', 'birth_date', 'blood_group', 'allergies', 'treatments', 'contacts'] as const;

const profileDocument = {
  ...(sample.DOCUMENTS[0] as (typeof sample.DOCUMENTS)[number]),
  id: 'p',
  title: 'Mon profil de santé',
  isProfile: true,
};
const shareForm = {
  ...idle,
  initial: [],
  summary: true,
  maxBytes: 20_000_000,
  now: sample.NOW,
  onSubmit: nothing,
  onEnd: nothing,
};

export const PROFILE_PAGES: Samples = {
  profile: {
    path: '/profile',
    account,
    page: <Profile profile={{ state: 'ready', value: PROFILE }} action={idle} onSave={nothing} />,
  },
  'profile-empty': {
    path: '/profile',
    account,
    page: <Profile profile={{ state: 'ready', value: EMPTY }} action={idle} onSave={nothing} />,
  },
  'profile-changed': {
    path: '/profile',
    account,
    page: (
      <Profile
        profile={{ state: 'ready', value: PROFILE }}
        action={{ pending: false, error: 'changed' }}
        onSave={nothing}
      />
    ),
  },
  'card-none': {
    path: '/profile/card',
    account,
    page: (
      <EmergencyCard
        {...card}
        card={{ state: 'ready', value: { available: ['name'], text: '', tooLong: false } }}
      />
    ),
  },
  'card-long': {
    path: '/profile/card',
    account,
    page: (
      <EmergencyCard
        {...card}
        card={{ state: 'ready', value: { available: AVAILABLE, text: '', tooLong: true } }}
      />
    ),
  },
  card: {
    path: '/profile/card',
    account,
    page: (
      <EmergencyCard
        {...card}
        card={{ state: 'ready', value: { available: AVAILABLE, text: CARD_TEXT, tooLong: false } }}
      />
    ),
  },
  'share-summary': {
    path: '/share',
    account,
    page: (
      <ShareNew
        {...shareForm}
        documents={{ state: 'ready', value: [...sample.DOCUMENTS.slice(0, 3), profileDocument] }}
      />
    ),
  },
  'viewer-summary': {
    path: '/view',
    page: (
      <ShareViewer
        state={{
          stage: 'opened',
          share: { patient: 'Claire Delmas', label: 'Urgences', documents: [summaryDocument] },
        }}
        onOpen={nothing}
        onDownload={nothing}
        onOver={nothing}
      />
    ),
  },
};
