/** Every page in every state worth looking at, by name. */
import type { ReactNode } from 'react';
import type { AccountView } from '../models';
import { AccessNow } from '../components/AccessNow';
import { AddDocuments } from '../pages/AddDocuments';
import { DocumentPage } from '../pages/DocumentPage';
import { ErrorPage } from '../pages/ErrorPage';
import { Authorise } from '../pages/Authorise';
import { Contact } from '../pages/Contact';
import { Grants } from '../pages/Grants';
import { Invite } from '../pages/Invite';
import { Journal } from '../pages/Journal';
import { Kit } from '../pages/Kit';
import { NotFound } from '../pages/NotFound';
import { Notices } from '../pages/Notices';
import { OwnAccesses } from '../pages/OwnAccesses';
import { Recover } from '../pages/Recover';
import { Redeem } from '../pages/Redeem';
import { Settings } from '../pages/Settings';
import { ShareEnter } from '../pages/ShareEnter';
import { ShareNew } from '../pages/ShareNew';
import { Shares } from '../pages/Shares';
import { ShareViewer } from '../pages/ShareViewer';
import { SignIn } from '../pages/SignIn';
import { SignUp } from '../pages/SignUp';
import { VaultHome } from '../pages/VaultHome';
import { Vaults } from '../pages/Vaults';
import { Welcome } from '../pages/Welcome';
import { Components } from './components';
import { DEPOSIT_SAMPLES } from './depositSamples';
import { NOTICE_SETTINGS, NOTICES } from './noticeSamples';
import * as sample from './samples';

export interface Sample {
  readonly path: string;
  readonly account?: AccountView;
  readonly page: ReactNode;
}

const nothing = () => undefined;
const idle = { pending: false };
const uploads = {
  uploads: [],
  onCancel: nothing,
  onRetry: nothing,
  onPause: nothing,
  onFile: nothing,
  onClear: nothing,
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
const shareList = sample.shares(new Date());

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
const grantProps = {
  now: sample.NOW,
  action: idle,
  onRevoke: nothing,
  onRenew: nothing,
  onRenewAsked: nothing,
  onRefuse: nothing,
  onBlock: nothing,
  onUnblock: nothing,
};
const vaultsProps = { action: idle, asked: [], onAsk: nothing };
const authoriseProps = {
  ...idle,
  sections: sample.GRANTABLE,
  now: sample.NOW,
  onFind: nothing,
  onForget: nothing,
  onSubmit: nothing,
  onAcceptKey: nothing,
};
const redeemProps = { onLink: nothing, onAccept: nothing, onCancel: nothing };
const viewerProps = { onOpen: nothing, onDownload: nothing, onOver: nothing };
const offer = {
  patient: 'Claire Delmas',
  sections: sample.GRANTABLE.slice(0, 7),
  rights: ['add', 'read'] as const,
  notAfter: new Date('2027-11-22'),
};
const opened = {
  patient: 'Claire Delmas',
  label: 'Pour le kiné',
  notAfter: new Date(Date.now() + 14 * 60_000),
  documents: [
    {
      id: '1',
      title: 'Note personnelle',
      date: '2026-11-03',
      mime: 'text/plain',
      fileName: 'note.txt',
      size: 1204,
      source: sample.TEXT_SOURCE,
    },
    {
      id: '2',
      title: 'Ordonnance du Dr Benali',
      type: '57833-6',
      date: '2026-11-03',
      mime: 'image/jpeg',
      fileName: 'a.jpg',
      size: 2_400_000,
      source: sample.TEXT_SOURCE,
    },
  ],
};
const sharesProps = { action: idle, onEnd: nothing, onExtend: nothing, now: sample.NOW };
const shareForm = {
  documents: { state: 'ready', value: sample.DOCUMENTS },
  initial: ['d1'],
  maxBytes: 15_000_000,
  now: sample.NOW,
  onSubmit: nothing,
  onEnd: nothing,
  ...idle,
} as const;
const invitation = {
  link: sample.LINK,
  redeemUntil: new Date('2026-11-29T10:30:00'),
  accessUntil: new Date('2027-11-22'),
  sections: sample.GRANTABLE.slice(0, 7),
};

export const SAMPLES: Readonly<Record<string, Sample>> = {
  components: { path: '/', page: <Components /> },
  welcome: { path: '/', page: <Welcome /> },
  signup: {
    path: '/signup',
    page: <SignUp ratePassword={sample.ratePassword} onSubmit={nothing} {...idle} />,
  },
  'signup-pro': {
    path: '/signup',
    page: (
      <SignUp
        initialRole="professional"
        ratePassword={sample.ratePassword}
        onSubmit={nothing}
        {...idle}
        error="address_taken"
      />
    ),
  },
  kit: {
    path: '/kit',
    page: (
      <Kit
        kit={{
          words: sample.WORDS,
          qr: 'https://coffre.exemple.fr/recover#kit.AAECAwQFBgcICQoLDA0ODw',
          email: patient.email,
        }}
        preparing={false}
        onDownload={nothing}
        onConfirmed={nothing}
      />
    ),
  },
  signin: { path: '/signin', page: <SignIn onSubmit={nothing} {...idle} error="credentials" /> },
  'signin-pending': { path: '/signin', page: <SignIn email={patient.email} onSubmit={nothing} pending /> },
  recover: {
    path: '/recover',
    page: <Recover fromLink={false} ratePassword={sample.ratePassword} onSubmit={nothing} {...idle} />,
  },
  'recover-link': {
    path: '/recover',
    page: <Recover fromLink ratePassword={sample.ratePassword} onSubmit={nothing} {...idle} />,
  },
  vault: {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={content} onFiles={nothing} uploads={uploads} />,
  },
  'vault-uploads': {
    path: '/vault',
    account: patient,
    page: (
      <VaultHome
        vault="v"
        content={content}
        onFiles={nothing}
        uploads={{ ...uploads, uploads: sample.UPLOADS }}
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
        uploads={uploads}
      />
    ),
  },
  'vault-loading': {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={{ state: 'loading' }} onFiles={nothing} uploads={uploads} />,
  },
  'vault-failed': {
    path: '/vault',
    account: patient,
    page: (
      <VaultHome
        vault="v"
        content={{ state: 'failed', error: 'tampered', onRetry: nothing }}
        uploads={uploads}
      />
    ),
  },
  'vault-offline': {
    path: '/vault',
    account: patient,
    page: <VaultHome vault="v" content={{ ...content, state: 'offline' }} uploads={uploads} />,
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
        uploads={uploads}
      />
    ),
  },
  add: {
    path: '/vault',
    account: patient,
    page: (
      <AddDocuments
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
  'document-failed': {
    path: '/vault/v/documents/d2',
    account: professional,
    page: <DocumentPage {...documentProps} document={{ state: 'failed', error: 'ended' }} />,
  },
  invite: {
    path: '/invite',
    account: patient,
    page: <Invite sections={sample.GRANTABLE} now={sample.NOW} onSubmit={nothing} {...idle} />,
  },
  'invite-ready': {
    path: '/invite',
    account: patient,
    page: (
      <Invite
        sections={sample.GRANTABLE}
        now={sample.NOW}
        onSubmit={nothing}
        {...idle}
        invitation={invitation}
      />
    ),
  },
  grants: {
    path: '/grants',
    account: patient,
    page: <Grants grants={{ state: 'ready', value: sample.GRANTS }} {...grantProps} />,
  },
  'grants-empty': {
    path: '/grants',
    account: patient,
    page: <Grants grants={{ state: 'ready', value: [] }} {...grantProps} />,
  },
  authorise: {
    path: '/contact',
    account: patient,
    page: <Authorise {...authoriseProps} />,
  },
  'authorise-changed': {
    path: '/contact',
    account: patient,
    page: <Authorise {...authoriseProps} error="key_changed" />,
  },
  'authorise-found': {
    path: '/contact',
    account: patient,
    page: <Authorise {...authoriseProps} found={sample.FOUND} />,
  },
  'authorise-unverified': {
    path: '/contact',
    account: patient,
    page: (
      <Authorise {...authoriseProps} found={{ ...sample.FOUND, state: 'unverified', confirmed: false }} />
    ),
  },
  contact: {
    path: '/contact',
    account: professional,
    page: <Contact contact={{ state: 'ready', value: sample.CONTACT }} />,
  },
  redeem: {
    path: '/redeem',
    account: professional,
    page: <Redeem {...redeemProps} state={{ stage: 'ask', error: 'bad_invitation' }} />,
  },
  ...DEPOSIT_SAMPLES,
  'redeem-offer': {
    path: '/redeem',
    account: professional,
    page: <Redeem {...redeemProps} state={{ stage: 'offer', offer, pending: false }} />,
  },
  'redeem-signin': { path: '/redeem', page: <Redeem {...redeemProps} state={{ stage: 'sign_in' }} /> },
  'redeem-done': {
    path: '/redeem',
    account: professional,
    page: <Redeem {...redeemProps} state={{ stage: 'done', patient: 'Claire Delmas', vault: 'v' }} />,
  },
  vaults: {
    path: '/vaults',
    account: professional,
    page: <Vaults {...vaultsProps} vaults={{ state: 'ready', value: sample.VAULTS }} />,
  },
  'vaults-empty': {
    path: '/vaults',
    account: professional,
    page: <Vaults {...vaultsProps} vaults={{ state: 'ready', value: [] }} />,
  },
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
  'share-new': { path: '/share', account: patient, page: <ShareNew {...shareForm} /> },
  'share-ready': { path: '/share', account: patient, page: <ShareNew {...shareForm} share={shareList[0]} /> },
  shares: {
    path: '/shares',
    account: patient,
    page: <Shares {...sharesProps} shares={{ state: 'ready', value: shareList }} />,
  },
  'shares-empty': {
    path: '/shares',
    account: patient,
    page: <Shares {...sharesProps} shares={{ state: 'ready', value: [] }} />,
  },
  'viewer-ask': {
    path: '/view',
    page: (
      <ShareViewer
        {...viewerProps}
        state={{
          stage: 'ask',
          passcode: true,
          label: 'Pour le kiné',
          pending: false,
          error: 'wrong_passcode',
          remainingAttempts: 7,
        }}
      />
    ),
  },
  viewer: {
    path: '/view',
    page: <ShareViewer {...viewerProps} state={{ stage: 'opened', share: opened }} />,
  },
  'viewer-other-issuer': {
    path: '/view',
    page: (
      <ShareViewer
        {...viewerProps}
        state={{ stage: 'ask', passcode: false, issuer: 'salute.example', pending: false }}
      />
    ),
  },
  'viewer-large': {
    path: '/view',
    page: (
      <ShareViewer
        {...viewerProps}
        state={{
          stage: 'opened',
          share: { ...opened, documents: opened.documents.map((one) => ({ ...one, source: undefined })) },
        }}
        saving={{ '1': 42 }}
      />
    ),
  },
  'viewer-enter': { path: '/view', page: <ShareEnter failed onLink={nothing} /> },
  'viewer-ended': { path: '/view', page: <ShareViewer {...viewerProps} state={{ stage: 'ended' }} /> },
  settings: {
    path: '/settings',
    account: professional,
    page: (
      <Settings
        account={professional}
        language="fr"
        onLanguage={nothing}
        onSignOut={nothing}
        password={{ ...idle, changed: true, onSubmit: nothing }}
        ratePassword={sample.ratePassword}
        notices={{
          ...idle,
          settings: { state: 'ready', value: NOTICE_SETTINGS },
          saved: true,
          onSubmit: nothing,
        }}
      />
    ),
  },
  notices: {
    path: '/notices',
    account: patient,
    page: <Notices role="patient" notices={{ state: 'ready', value: NOTICES }} />,
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
  'notices-none': {
    path: '/notices',
    account: professional,
    page: <Notices role="professional" notices={{ state: 'ready', value: { notices: [], unread: 0 } }} />,
  },
  'not-found': { path: '/x', page: <NotFound /> },
  error: { path: '/x', page: <ErrorPage error="store_unavailable" onReload={nothing} /> },
};
