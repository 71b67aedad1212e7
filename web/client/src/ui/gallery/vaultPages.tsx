/** Pages of a vault and its documents, in every state worth looking at. */
import type { DocumentView, PendingFile, UploadView } from '../models';
import { UploadQueue } from '../components/UploadQueue';
import { AddDocuments } from '../pages/AddDocuments';
import { DocumentPage, type DocumentPageProps } from '../pages/DocumentPage';
import { VaultHome, type VaultHomeProps } from '../pages/VaultHome';
import type { Sample, Samples } from './sample';
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
const guest = { patient: 'Claire Delmas', notAfter: new Date('2027-11-22') };
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

/** The patient's own page, which may add, with what is said of this one. */
function own(props: Partial<VaultHomeProps> = {}): Sample {
  return {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={content} onFiles={nothing} {...props} />,
  };
}

/** A patient's page, as a professional sees it. */
function theirs(props: Partial<VaultHomeProps> = {}): Sample {
  return {
    path: '/vault/v',
    account: professional,
    page: <VaultHome vault="v" content={content} guest={guest} {...props} />,
  };
}

function sending(uploads: readonly UploadView[], speed?: number): Sample {
  return own({ queue: <UploadQueue {...actions} uploads={uploads} speed={speed} /> });
}

function adding(files: readonly PendingFile[]): Sample {
  const handlers = { onRemove: nothing, onSubmit: nothing, onClose: nothing };
  return {
    path: '/vault',
    account: patient,
    page: <AddDocuments vault="v" open files={files} sections={sample.SECTIONS} {...handlers} {...idle} />,
  };
}

/** The first document, to its owner. */
function document(props: Partial<DocumentPageProps> = {}): Sample {
  return {
    path: '/vault/v/documents/d1',
    account: patient,
    page: first && <DocumentPage {...documentProps} document={{ state: 'ready', value: first }} {...props} />,
  };
}

/** The second, to a professional. */
function theirDocument(props: Partial<DocumentPageProps>): Sample {
  return {
    path: '/vault/v/documents/d2',
    account: professional,
    page: second && (
      <DocumentPage {...documentProps} document={{ state: 'ready', value: second }} {...props} />
    ),
  };
}

export const VAULT_PAGES: Samples = {
  vault: own({ onScan: nothing }),
  'vault-uploads': sending(sample.UPLOADS, 2_300_000),
  'vault-uploads-many': sending(MANY_UPLOADS, 900_000),
  'vault-uploads-offline': { ...sending(OFFLINE_UPLOADS), offline: true },
  'vault-uploads-done': sending(MANY_UPLOADS.slice(0, 10)),
  'vault-empty': own({
    content: { state: 'ready', value: { sections: sample.SECTIONS, documents: [] } },
    onScan: nothing,
  }),
  'vault-tampered': own({
    content: { state: 'failed', error: 'tampered', onRetry: nothing },
    onFiles: undefined,
  }),
  'vault-guest': theirs({ onFiles: nothing }),
  'vault-guest-new': theirs({
    content: {
      state: 'ready',
      value: {
        sections: sample.SECTIONS,
        documents: sample.DOCUMENTS.map((one, index) => ({ ...one, isNew: index < 2, own: false })),
      },
    },
    onFiles: nothing,
  }),
  'vault-guest-named': theirs({
    content: {
      state: 'ready',
      value: { sections: [], documents: sample.DOCUMENTS.slice(0, 2).map(byName) },
    },
    guest: { ...guest, named: 2 },
  }),
  add: adding(sample.FILES),
  'add-known': adding(KNOWN_FILES),
  document: document(),
  'document-saving': document({
    download: { state: 'receiving', received: 412_000_000, size: 1_073_741_824 },
  }),
  'document-saved': document({
    download: { state: 'done', received: 1_073_741_824, size: 1_073_741_824 },
  }),
  'document-not-saved': document({
    download: { state: 'failed', received: 1, size: 1_073_741_824, error: 'tampered' },
  }),
  'document-guest': theirDocument({
    preview: { state: 'loading', received: 3, total: 10 },
    rights: noRights,
    guest: true,
  }),
  'document-ended': theirDocument({ document: { state: 'failed', error: 'ended' } }),
  ...waiting({
    name: 'vault',
    path: '/vault',
    account: patient,
    known: content.value,
    page: (of) => <VaultHome vault="v" content={of} />,
  }),
  'vault-checking': own({ before: 'checking' }),
  'vault-refused': own({ before: 'stale', onFiles: undefined }),
  'vault-read-only': theirs(),
  'vault-ended': theirs({ content: { state: 'failed', error: 'ended' }, guest: undefined }),
  ...waiting({
    name: 'document',
    path: '/vault/v/documents/d1',
    account: patient,
    known: first,
    page: (of) => (
      <DocumentPage {...documentProps} document={of} preview={{ state: 'failed', error: 'offline' }} />
    ),
  }),
  'document-too-large': document({
    document: first && { state: 'ready', value: { ...first, masked: true } },
    preview: { state: 'too_large' },
    action: { pending: true },
  }),
};
