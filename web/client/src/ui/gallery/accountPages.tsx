/** Pages of an account, in every state worth looking at. */
import { ErrorPage } from '../pages/ErrorPage';
import { Kit } from '../pages/Kit';
import { NotFound } from '../pages/NotFound';
import { Notices } from '../pages/Notices';
import { Recover } from '../pages/Recover';
import { Settings } from '../pages/Settings';
import { SignIn } from '../pages/SignIn';
import { SignUp } from '../pages/SignUp';
import { SignUpCode } from '../components/SignUpCode';
import { Welcome } from '../pages/Welcome';
import type { PhoneConfirmation } from '../components/ConfirmPhone';
import { NOTICE_SETTINGS, NOTICES, UNCONFIRMED } from './noticeSamples';
import type { Samples } from './sample';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;
const professional = sample.PROFESSIONAL;

const code = { sent: false, onSend: nothing, onConfirm: nothing };
const confirming = { ...idle, saved: false, onSubmit: nothing, phone: { ...idle, ...code } };

const codeStep = { email: patient.email, asked: 0, onCode: nothing, onAgain: nothing, onBack: nothing };

function phonePage(phone: PhoneConfirmation): Samples[string] {
  return {
    path: '/settings',
    account: patient,
    page: (
      <Settings
        account={patient}
        language="fr"
        onLanguage={nothing}
        onSignOut={nothing}
        password={{ ...idle, changed: false, onSubmit: nothing }}
        ratePassword={sample.ratePassword}
        lock={{ after: '15', onAfter: nothing }}
        notices={{ ...confirming, phone, settings: { state: 'ready', value: UNCONFIRMED } }}
      />
    ),
  };
}

export const ACCOUNT_PAGES: Samples = {
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
  'signup-code': { path: '/signup', page: <SignUpCode {...codeStep} {...idle} asked={1} /> },
  'signup-code-wrong': {
    path: '/signup',
    page: (
      <SignUpCode
        {...codeStep}
        {...idle}
        email="secretariat-des-consultations.marie-antoinette@chu-grandeville-sur-mer.exemple.fr"
        error="wrong_code"
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
  'signin-suspended': {
    path: '/signin',
    page: (
      <SignIn
        email={patient.email}
        onSubmit={nothing}
        {...idle}
        error="suspended"
        contact="aide@coffre.exemple.fr, 01 23 45 67 89"
      />
    ),
  },
  'signin-pending': { path: '/signin', page: <SignIn email={patient.email} onSubmit={nothing} pending /> },
  recover: {
    path: '/recover',
    page: <Recover fromLink={false} ratePassword={sample.ratePassword} onSubmit={nothing} {...idle} />,
  },
  'recover-link': {
    path: '/recover',
    page: <Recover fromLink ratePassword={sample.ratePassword} onSubmit={nothing} {...idle} />,
  },
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
        lock={{ after: '15', onAfter: nothing }}
        notices={{
          ...idle,
          settings: { state: 'ready', value: NOTICE_SETTINGS },
          saved: true,
          onSubmit: nothing,
          phone: { ...idle, ...code },
        }}
      />
    ),
  },
  'settings-phone': phonePage({ ...idle, ...code }),
  'settings-phone-code': phonePage({ ...idle, ...code, sent: true, error: 'ended' }),
  notices: {
    path: '/notices',
    account: patient,
    page: <Notices role="patient" notices={{ state: 'ready', value: NOTICES }} />,
  },
  'notices-none': {
    path: '/notices',
    account: professional,
    page: <Notices role="professional" notices={{ state: 'ready', value: { notices: [], unread: 0 } }} />,
  },
  'not-found': { path: '/x', page: <NotFound /> },
  error: { path: '/x', page: <ErrorPage error="store_unavailable" onReload={nothing} /> },
  ...waiting({
    name: 'notices',
    path: '/notices',
    account: patient,
    known: NOTICES,
    page: (of) => <Notices role="patient" notices={of} />,
  }),
  ...waiting({
    name: 'settings',
    path: '/settings',
    account: patient,
    known: NOTICE_SETTINGS,
    page: (of) => (
      <Settings
        account={patient}
        language="fr"
        onLanguage={nothing}
        onSignOut={nothing}
        password={{ pending: true, changed: false, onSubmit: nothing }}
        ratePassword={sample.ratePassword}
        lock={{ after: '15', onAfter: nothing }}
        notices={{ ...confirming, settings: of }}
      />
    ),
  }),
  'signup-pending': {
    path: '/signup',
    page: <SignUp ratePassword={sample.ratePassword} onSubmit={nothing} pending />,
  },
  'signin-offline': {
    path: '/signin',
    offline: true,
    page: <SignIn email={patient.email} onSubmit={nothing} {...idle} error="offline" />,
  },
  'kit-preparing': {
    path: '/kit',
    page: (
      <Kit
        kit={{ words: sample.WORDS, qr: 'https://coffre.exemple.fr/recover#kit.AAEC', email: patient.email }}
        role="professional"
        preparing
        onDownload={nothing}
        onConfirmed={nothing}
      />
    ),
  },
  'recover-failed': {
    path: '/recover',
    page: (
      <Recover
        fromLink={false}
        ratePassword={sample.ratePassword}
        onSubmit={nothing}
        {...idle}
        error="wrong_kit"
      />
    ),
  },
};
