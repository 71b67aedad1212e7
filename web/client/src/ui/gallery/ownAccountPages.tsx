/** Pages of what the account has, in every state worth looking at. */
import type {
  DeletionView,
  DeviceView,
  ExportPlan,
  ExportState,
  LeavingView,
  ReceiptView,
  StorageView,
} from '../accountModels';
import type { AccountView, Loadable, Submission } from '../models';
import { KeptApp } from '../components/KeptApp';
import { StorageCard } from '../components/StorageCard';
import { HostNotice } from '../components/HostNotice';
import { LeavingNotice } from '../components/LeavingNotice';
import { UpdateNotice } from '../components/UpdateNotice';
import { Page } from '../components/Page';
import { DeleteAccount } from '../pages/DeleteAccount';
import { Devices } from '../pages/Devices';
import { Export } from '../pages/Export';
import { Kit } from '../pages/Kit';
import { NewKit } from '../pages/NewKit';
import { Receipt } from '../pages/Receipt';
import type { Samples } from './sample';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;
const since = new Date('2026-11-21T08:40:00');

const DEVICES: readonly DeviceView[] = [
  { id: '1', kind: 'android', since, here: true },
  { id: '2', kind: 'windows', since, here: false },
  { id: '3', kind: 'command_line', since, here: false },
];

const [first, second] = sample.SECTIONS;
const STORAGE: StorageView = {
  stored: 1_840_000_000,
  quota: 5_000_000_000,
  older: 212_000_000,
  sections: [
    ...(first === undefined ? [] : [{ section: first, bytes: 1_500_000_000 }]),
    ...(second === undefined ? [] : [{ section: second, bytes: 128_000_000 }]),
  ],
};

const KIT = {
  words: sample.WORDS,
  qr: 'https://coffre.exemple.fr/recover#kit.AAECAwQFBgcICQoLDA0ODw',
  email: patient.email,
};

const PLAN: ExportPlan = { versions: 148, bytes: 1_420_000_000 };
const exporting = (state: ExportState, plan: Loadable<ExportPlan> = { state: 'ready', value: PLAN }) => ({
  path: '/settings/export',
  account: patient,
  page: (
    <Export
      plan={plan}
      state={state}
      onStart={nothing}
      onCancel={nothing}
      onWithout={nothing}
      onSaveKey={nothing}
    />
  ),
});
const LEFT = { document: '1', title: 'IRM lombaire', error: 'tampered' } as const;

const DELETION: DeletionView = {
  due: new Date('2026-11-30T08:40:00'),
  receipt:
    'https://coffre.exemple.fr/receipt#KDba4S-1STCStagXdP0gjM7dpaliuMCq1abT96qqAx8.9pQpV4c1iZ7Y0m2n8rWb3T5xKd6LhQeJ0aUoS1fGvCE',
  verify: 'coffre account receipt --server https://coffre.exemple.fr …',
};
const deleting = (
  account: AccountView,
  leaving: LeavingView,
  asking: Submission = idle,
): Samples[string] => ({
  path: '/settings/delete',
  account,
  page: (
    <DeleteAccount
      role={account.role}
      email={account.email}
      leaving={{ state: 'ready', value: leaving }}
      asking={asking}
      keeping={idle}
      onSubmit={nothing}
      onSave={nothing}
      onKeep={nothing}
    />
  ),
});

const receipt = (of: Loadable<ReceiptView>): Samples[string] => ({
  path: '/receipt',
  page: <Receipt receipt={of} onSave={nothing} />,
});

export const OWN_ACCOUNT_PAGES: Samples = {
  delete: deleting(patient, { days: 7 }, { pending: false, error: 'credentials' }),
  'delete-professional': deleting(sample.PROFESSIONAL, { days: 0 }),
  'delete-asked': deleting(patient, { days: 7, deletion: DELETION }),
  'delete-banner': {
    path: '/settings/devices',
    account: patient,
    page: (
      <>
        <LeavingNotice due={DELETION.due} pending={false} error="offline" onKeep={nothing} />
        <Devices
          devices={{ state: 'ready', value: DEVICES.slice(0, 1) }}
          action={idle}
          onEnd={nothing}
          onEndOthers={nothing}
        />
      </>
    ),
  },
  receipt: receipt({
    state: 'ready',
    value: {
      stage: 'holds',
      requested: since,
      erased: DELETION.due,
      role: 'patient',
      rows: 1412,
      objects: 37,
      text: '',
    },
  }),
  'receipt-none': receipt({ state: 'ready', value: { stage: 'none' } }),
  'receipt-refused': receipt({ state: 'ready', value: { stage: 'refused' } }),
  'receipt-incomplete': receipt({ state: 'ready', value: { stage: 'incomplete' } }),
  'receipt-failed': receipt({ state: 'failed', error: 'store_unavailable', onRetry: nothing }),
  devices: {
    path: '/settings/devices',
    account: patient,
    page: (
      <Devices
        devices={{ state: 'ready', value: DEVICES }}
        action={idle}
        ended="one"
        onEnd={nothing}
        onEndOthers={nothing}
      />
    ),
  },
  'devices-alone': {
    path: '/settings/devices',
    account: patient,
    page: (
      <Devices
        devices={{ state: 'ready', value: DEVICES.slice(0, 1) }}
        action={{ pending: false, error: 'not_found' }}
        onEnd={nothing}
        onEndOthers={nothing}
      />
    ),
  },
  ...waiting({
    name: 'devices',
    path: '/settings/devices',
    account: patient,
    known: DEVICES,
    page: (of) => <Devices devices={of} action={idle} onEnd={nothing} onEndOthers={nothing} />,
  }),
  'new-kit': {
    path: '/settings/kit',
    account: patient,
    page: <NewKit email={patient.email} done={false} onSubmit={nothing} {...idle} error="credentials" />,
  },
  'new-kit-made': {
    path: '/settings/kit',
    account: patient,
    page: <Kit kit={KIT} preparing={false} replacing={idle} onDownload={nothing} onConfirmed={nothing} />,
  },
  'new-kit-failed': {
    path: '/settings/kit',
    account: patient,
    page: (
      <Kit
        kit={KIT}
        preparing={false}
        replacing={{ pending: false, error: 'offline' }}
        onDownload={nothing}
        onConfirmed={nothing}
      />
    ),
  },
  'new-kit-done': {
    path: '/settings/kit',
    account: patient,
    page: <NewKit email={patient.email} done onSubmit={nothing} {...idle} />,
  },
  storage: {
    path: '/settings',
    account: patient,
    page: (
      <Page title={patient.name} width="reading">
        <StorageCard storage={{ state: 'ready', value: STORAGE }} />
        <StorageCard storage={{ state: 'ready', value: { stored: 0, older: 0, sections: [] } }} />
        <StorageCard storage={{ state: 'loading' }} />
      </Page>
    ),
  },
  export: exporting({ stage: 'asking' }),
  'export-running': exporting({ stage: 'running', done: 480_000_000, total: PLAN.bytes }),
  'export-reading': exporting({ stage: 'reading' }),
  'export-done': exporting({ stage: 'done', files: 147, failed: [LEFT] }),
  'export-done-sealed': exporting({ stage: 'done', files: 148, failed: [], identity: 'AGE-SECRET-KEY-1' }),
  'export-broke': exporting({ stage: 'broke', left: LEFT }),
  'export-cancelled': exporting({ stage: 'cancelled' }),
  'export-failed': exporting({ stage: 'failed', error: 'store_unavailable' }),
  'export-loading': exporting({ stage: 'asking' }, { state: 'loading' }),
  'export-offline': exporting({ stage: 'asking' }, { state: 'offline', onRetry: nothing }),
  maintenance: {
    path: '/settings',
    account: patient,
    page: (
      <Page title={patient.name} width="reading">
        <HostNotice until={sample.NOW} />
        <HostNotice still contact="aide@coffre.exemple.fr, 01 23 45 67 89" />
      </Page>
    ),
  },
  'kept-app': {
    path: '/settings',
    account: patient,
    page: (
      <Page title={patient.name} width="reading">
        <UpdateNotice waiting={false} onReload={nothing} onLater={nothing} />
        <UpdateNotice waiting onReload={nothing} onLater={nothing} />
        <KeptApp kept={false} pending={false} failed onKeep={nothing} />
        <KeptApp kept={false} pending failed={false} onKeep={nothing} />
        <KeptApp kept pending={false} failed={false} onKeep={nothing} />
      </Page>
    ),
  },
};
