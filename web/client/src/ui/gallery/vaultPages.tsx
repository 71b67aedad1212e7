/** Pages of a vault and its documents, in every state worth looking at. */
import type { DocumentView, PendingFile, UploadView } from '../models';
import { UploadQueue } from '../components/UploadQueue';
import { AddDocuments } from '../pages/AddDocuments';
import { DocumentPage } from '../pages/DocumentPage';
import { VaultHome } from '../pages/VaultHome';
import type { Samples } from './sample';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const actions = {
  onCancel: nothing,
  onRetry: nothing,
  onPause: nothing,
  onFile: nothing,
  onClear: nothing,
  onPauseAll: nothing,
  onGoOnAll: nothing,
  onRetryAll: nothing,
  onCancelAll: nothing,
};
const patient = sample.PATIENT;
const professional = sample.PROFESSIONAL;
const content = {
  state: 'ready',
  value: { sections: sample.SECTIONS, documents: sample.DOCUMENTS },
} as const;
const rights = { refile: true, mask: true, remove: true, share: true };
const noRights = { refile: false, mask: false, remove: false, share: false };
const [first, second] = sample.DOCUMENTS;
const documentProps = {
  preview: { state: 'ready', source: sample.TEXT_SOURCE },
  sections: sample.SECTIONS,
  action: idle,
  backHref: '/vault',
  rights,
  guest: false,
  onDownload: nothing,
  onCancelDownload: nothing,
  onRefile: nothing,
  onMask: nothing,
  onUnmask: nothing,
  onRemove: nothing,
  onShare: nothing,
} as const;

const MANY_UPLOADS = Array.from({ length: 200 }, (_, index): UploadView => {
  const state = index < 61 ? 'done' : index === 64 ? 'failed' : index < 70 ? 'sending' : 'waiting';
  const sent = state === 'done' ? 90_000 : state === 'sending' ? 40_000 : 0;
  const error = state === 'failed' ? ('internal' as const) : undefined;
  return { id: `m${index}`, title: `Résultat ${index + 1}`, size: 90_000, sent, state, error };
});
const OFFLINE_UPLOADS = sample.UPLOADS.map((one): UploadView =>
  one.state === 'sending' || one.state === 'sealing' ? { ...one, state: 'offline' } : one,
).filter(({ state }) => state === 'offline' || state === 'done' || state === 'waiting');

const KNOWN_FILES = sample.FILES.flatMap((file, index): readonly PendingFile[] => [
  {
    ...file,
    id: `k${index}`,
    duplicate:
      index === 0 ? { document: 'd1', title: 'Ordonnance du 12 octobre' } : { title: 'resultats.pdf' },
  },
  { ...file, cleaning: index === 0 ? 'place' : 'heic' },
]);

/** As a professional sees a document that was given alone. */
function byName(document: DocumentView): DocumentView {
  return { ...document, named: true, own: false, masked: false };
}

export const VAULT_PAGES: Samples = {
  vault: {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={content} onFiles={nothing} onScan={nothing} />,
  },
  'vault-uploads': {
    path: '/vault',
    account: patient,
    page: (
      <VaultHome
        vault="v"
        content={content}
        onFiles={nothing}
        queue={<UploadQueue {...actions} uploads={sample.UPLOADS} speed={2_300_000} />}
      />
    ),
  },
  'vault-uploads-many': {
    path: '/vault',
    account: patient,
    page: (
      <VaultHome
        vault="v"
        content={content}
        onFiles={nothing}
        queue={<UploadQueue {...actions} uploads={MANY_UPLOADS} speed={900_000} />}
      />
    ),
  },
  'vault-uploads-offline': {
    path: '/vault',
    account: patient,
    offline: true,
    page: (
      <VaultHome
        vault="v"
        content={content}
        onFiles={nothing}
        queue={<UploadQueue {...actions} uploads={OFFLINE_UPLOADS} />}
      />
    ),
  },
  'vault-uploads-done': {
    path: '/vault',
    account: patient,
    page: (
      <VaultHome
        vault="v"
        content={content}
        onFiles={nothing}
        queue={<UploadQueue {...actions} uploads={MANY_UPLOADS.slice(0, 10)} />}
      />
    ),
  },
  'vault-empty': {
    path: '/vault',
    account: patient,
    page: (
      <VaultHome
        vault="v"
        content={{ state: 'ready', value: { sections: sample.SECTIONS, documents: [] } }}
        onFiles={nothing}
        onScan={nothing}
      />
    ),
  },
  'vault-tampered': {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={{ state: 'failed', error: 'tampered', onRetry: nothing }} />,
  },
  'vault-guest': {
    path: '/vault/v',
    account: professional,
    page: (
      <VaultHome
        vault="v"
        content={content}
        guest={{ patient: 'Claire Delmas', notAfter: new Date('2027-11-22') }}
        onFiles={nothing}
      />
    ),
  },
  'vault-guest-new': {
    path: '/vault/v',
    account: professional,
    page: (
      <VaultHome
        vault="v"
        content={{
          state: 'ready',
          value: {
            sections: sample.SECTIONS,
            documents: sample.DOCUMENTS.map((one, index) => ({ ...one, isNew: index < 2, own: false })),
          },
        }}
        guest={{ patient: 'Claire Delmas', notAfter: new Date('2027-11-22') }}
        onFiles={nothing}
      />
    ),
  },
  'vault-guest-named': {
    path: '/vault/v',
    account: professional,
    page: (
      <VaultHome
        vault="v"
        content={{
          state: 'ready',
          value: { sections: [], documents: sample.DOCUMENTS.slice(0, 2).map(byName) },
        }}
        guest={{ patient: 'Claire Delmas', notAfter: new Date('2027-11-22'), named: 2 }}
      />
    ),
  },
  add: {
    path: '/vault',
    account: patient,
    page: (
      <AddDocuments
        vault="v"
        open
        files={sample.FILES}
        sections={sample.SECTIONS}
        onRemove={nothing}
        onSubmit={nothing}
        onClose={nothing}
        {...idle}
      />
    ),
  },
  'add-known': {
    path: '/vault',
    account: patient,
    page: (
      <AddDocuments
        vault="v"
        open
        files={KNOWN_FILES}
        sections={sample.SECTIONS}
        onRemove={nothing}
        onSubmit={nothing}
        onClose={nothing}
        {...idle}
      />
    ),
  },
  document: {
    path: '/vault/v/documents/d1',
    account: patient,
    page: first && <DocumentPage {...documentProps} document={{ state: 'ready', value: first }} />,
  },
  'document-saving': {
    path: '/vault/v/documents/d1',
    account: patient,
    page: first && (
      <DocumentPage
        {...documentProps}
        document={{ state: 'ready', value: first }}
        download={{ state: 'receiving', received: 412_000_000, size: 1_073_741_824 }}
      />
    ),
  },
  'document-saved': {
    path: '/vault/v/documents/d1',
    account: patient,
    page: first && (
      <DocumentPage
        {...documentProps}
        document={{ state: 'ready', value: first }}
        download={{ state: 'done', received: 1_073_741_824, size: 1_073_741_824 }}
      />
    ),
  },
  'document-not-saved': {
    path: '/vault/v/documents/d1',
    account: patient,
    page: first && (
      <DocumentPage
        {...documentProps}
        document={{ state: 'ready', value: first }}
        download={{ state: 'failed', received: 1, size: 1_073_741_824, error: 'tampered' }}
      />
    ),
  },
  'document-guest': {
    path: '/vault/v/documents/d2',
    account: professional,
    page: second && (
      <DocumentPage
        {...documentProps}
        document={{ state: 'ready', value: second }}
        preview={{ state: 'loading', received: 3, total: 10 }}
        rights={noRights}
        guest
      />
    ),
  },
  'document-ended': {
    path: '/vault/v/documents/d2',
    account: professional,
    page: <DocumentPage {...documentProps} document={{ state: 'failed', error: 'ended' }} />,
  },
  ...waiting({
    name: 'vault',
    path: '/vault',
    account: patient,
    known: content.value,
    page: (of) => <VaultHome vault="v" content={of} />,
  }),
  'vault-checking': {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={content} before="checking" onFiles={nothing} />,
  },
  'vault-refused': {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={content} before="stale" />,
  },
  'vault-read-only': {
    path: '/vault/v',
    account: professional,
    page: (
      <VaultHome
        vault="v"
        content={content}
        guest={{ patient: 'Claire Delmas', notAfter: new Date('2027-11-22') }}
      />
    ),
  },
  'vault-ended': {
    path: '/vault/v',
    account: professional,
    page: <VaultHome vault="v" content={{ state: 'failed', error: 'ended' }} />,
  },
  ...waiting({
    name: 'document',
    path: '/vault/v/documents/d1',
    account: patient,
    known: first,
    page: (of) => (
      <DocumentPage {...documentProps} document={of} preview={{ state: 'failed', error: 'offline' }} />
    ),
  }),
  'document-too-large': {
    path: '/vault/v/documents/d1',
    account: patient,
    page: first && (
      <DocumentPage
        {...documentProps}
        document={{ state: 'ready', value: { ...first, masked: true } }}
        preview={{ state: 'too_large' }}
        action={{ pending: true }}
      />
    ),
  },
};
