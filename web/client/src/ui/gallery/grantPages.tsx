/** Pages of authorisations, in every state worth looking at. */
import { Authorise } from '../pages/Authorise';
import { Contact } from '../pages/Contact';
import { Grants } from '../pages/Grants';
import { Invite } from '../pages/Invite';
import { Redeem } from '../pages/Redeem';
import { Vaults } from '../pages/Vaults';
import type { Samples } from './sample';
import { CONTACT, FOUND, GRANTS, VAULTS } from './grantSamples';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;
const professional = sample.PROFESSIONAL;
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
const vaultsProps = { action: idle, asked: [], onAsk: nothing, onScanned: () => false, now: sample.NOW };
const redeemProps = { onLink: nothing, onAccept: nothing, onCancel: nothing };
const offer = {
  patient: 'Claire Delmas',
  sections: sample.GRANTABLE.slice(0, 7),
  rights: ['add', 'read'] as const,
  notAfter: new Date('2027-11-22'),
};
const inviteProps = {
  ...idle,
  sections: sample.GRANTABLE,
  documents: sample.DOCUMENTS,
  now: sample.NOW,
  onSubmit: nothing,
};
const authoriseProps = { ...inviteProps, onFind: nothing, onForget: nothing, onAcceptKey: nothing };
const invitation = {
  link: sample.LINK,
  redeemUntil: new Date('2026-11-29T10:30:00'),
  accessUntil: new Date('2027-11-22'),
  sections: sample.GRANTABLE.slice(0, 7),
};

export const GRANT_PAGES: Samples = {
  invite: {
    path: '/invite',
    account: patient,
    page: <Invite {...inviteProps} />,
  },
  'invite-ready': {
    path: '/invite',
    account: patient,
    page: <Invite {...inviteProps} invitation={invitation} />,
  },
  grants: {
    path: '/grants',
    account: patient,
    page: <Grants grants={{ state: 'ready', value: GRANTS }} {...grantProps} />,
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
    page: <Authorise {...authoriseProps} found={FOUND} />,
  },
  'authorise-unverified': {
    path: '/contact',
    account: patient,
    page: <Authorise {...authoriseProps} found={{ ...FOUND, state: 'unverified', confirmed: false }} />,
  },
  contact: {
    path: '/contact',
    account: professional,
    page: <Contact contact={{ state: 'ready', value: CONTACT }} />,
  },
  redeem: {
    path: '/redeem',
    account: professional,
    page: <Redeem {...redeemProps} state={{ stage: 'ask', error: 'bad_invitation' }} />,
  },
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
    page: <Vaults {...vaultsProps} vaults={{ state: 'ready', value: VAULTS }} />,
  },
  'vaults-empty': {
    path: '/vaults',
    account: professional,
    page: <Vaults {...vaultsProps} vaults={{ state: 'ready', value: [] }} />,
  },
  ...waiting({
    name: 'grants',
    path: '/grants',
    account: patient,
    known: GRANTS,
    page: (of) => <Grants {...grantProps} grants={of} />,
  }),
  ...waiting({
    name: 'vaults',
    path: '/vaults',
    account: professional,
    known: VAULTS,
    page: (of) => <Vaults {...vaultsProps} vaults={of} />,
  }),
  ...waiting({
    name: 'contact',
    path: '/contact',
    account: professional,
    page: (of: Parameters<typeof Contact>[0]['contact']) => <Contact contact={of} />,
  }),
  'invite-pending': {
    path: '/invite',
    account: patient,
    page: <Invite {...inviteProps} pending />,
  },
  'redeem-checking': {
    path: '/redeem',
    account: professional,
    page: <Redeem {...redeemProps} state={{ stage: 'checking' }} />,
  },
  'redeem-patient': {
    path: '/redeem',
    account: patient,
    page: <Redeem {...redeemProps} state={{ stage: 'wrong_role' }} />,
  },
  'redeem-failed': {
    path: '/redeem',
    account: professional,
    page: <Redeem {...redeemProps} state={{ stage: 'offer', offer, pending: false, error: 'used' }} />,
  },
};
