/** Pages of shares and their viewer, in every state worth looking at. */
import { KeepReceived } from '../components/KeepReceived';
import { ShareEnter } from '../pages/ShareEnter';
import { ShareNew } from '../pages/ShareNew';
import { Shares } from '../pages/Shares';
import { ShareViewer } from '../pages/ShareViewer';
import type { Samples } from './sample';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;
const shareList = sample.shares(new Date());

const viewerProps = { onOpen: nothing, onDownload: nothing, onOver: nothing };
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

const many = Array.from({ length: 101 }, (_, number) => `scan ${String(number + 1)}`);
const tooMany = {
  documents: {
    state: 'ready',
    value: many.flatMap((id) => sample.DOCUMENTS.slice(0, 1).map((one) => ({ ...one, id, title: id }))),
  },
  initial: many,
} as const;

const HEALTH_CARD = {
  id: '0',
  title: 'SMART Health Card',
  date: '2026-10-02',
  mime: 'application/smart-health-card',
  fileName: 'health-card.smart-health-card',
  size: 1841,
  source: sample.TEXT_SOURCE,
  cards: [
    {
      issuer: 'https://salute.example',
      issued: '2026-10-02',
      holder: 'Lucia Rossi',
      lines: [
        { kind: 'Immunization', text: 'cvx 207', date: '2026-05-04' },
        { kind: 'Immunization', text: 'cvx 309', date: '2026-10-01' },
        { kind: 'Observation', text: 'SARS-CoV-2', date: '' },
      ],
    },
  ],
};
const KEEP = {
  who: 'professional',
  vaults: [
    { id: '1', patient: 'Claire Delmas' },
    { id: '2', patient: 'Jean Morel' },
  ],
} as const;

export const SHARE_PAGES: Samples = {
  'share-new': { path: '/share', account: patient, page: <ShareNew {...shareForm} /> },
  'share-too-many': { path: '/share', account: patient, page: <ShareNew {...shareForm} {...tooMany} /> },
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
          nameAsked: true,
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
        state={{ stage: 'ask', passcode: false, nameAsked: false, issuer: 'salute.example', pending: false }}
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
        saving={{ '1': 42, '2': 'gone' }}
      />
    ),
  },
  'viewer-health-card': {
    path: '/view',
    page: (
      <ShareViewer
        {...viewerProps}
        state={{ stage: 'opened', share: { documents: [HEALTH_CARD] } }}
        keep={<KeepReceived offer={KEEP} large={false} onKeep={nothing} onKeepByLink={nothing} />}
      />
    ),
  },
  'viewer-bad-link': {
    path: '/view',
    page: <ShareViewer {...viewerProps} state={{ stage: 'failed', error: 'link_incomplete' }} />,
  },
  'viewer-enter': { path: '/view', page: <ShareEnter failed onLink={nothing} /> },
  'viewer-ended': { path: '/view', page: <ShareViewer {...viewerProps} state={{ stage: 'ended' }} /> },
  ...waiting({
    name: 'shares',
    path: '/shares',
    account: patient,
    known: shareList,
    page: (of) => <Shares {...sharesProps} shares={of} />,
  }),
  ...waiting({
    name: 'share-new',
    path: '/share',
    account: patient,
    known: sample.DOCUMENTS,
    page: (of) => <ShareNew {...shareForm} documents={of} />,
  }),
  'share-new-failed-to-make': {
    path: '/share',
    account: patient,
    page: <ShareNew {...shareForm} error="busy" />,
  },
  'viewer-pending': {
    path: '/view',
    page: (
      <ShareViewer
        {...viewerProps}
        state={{ stage: 'ask', passcode: false, nameAsked: true, pending: true }}
      />
    ),
  },
  'viewer-failed': {
    path: '/view',
    page: <ShareViewer {...viewerProps} state={{ stage: 'failed', error: 'link_key' }} />,
  },
};
