/** Pages of documents that the device keeps, in every state worth looking at. */
import { KeepHere } from '../components/KeepHere';
import { Page } from '../components/Page';
import { WithoutNetwork } from '../components/WithoutNetwork';
import type { KeptView } from '../keptModels';
import type { ErrorCode, Loadable } from '../models';
import { Kept } from '../pages/Kept';
import type { KeptProps } from '../pages/Kept';
import { KeptDocument } from '../pages/KeptDocument';
import { KeptUnlock } from '../pages/KeptUnlock';
import { Welcome } from '../pages/Welcome';
import type { Sample, Samples } from './sample';
import * as sample from './samples';

const nothing = () => undefined;
const idle = { pending: false };
const patient = sample.PATIENT;

const COPIES: readonly KeptView[] = sample.DOCUMENTS.slice(0, 3).map((document) => ({
  id: document.id,
  title: document.title,
  date: document.date,
  section: document.section,
  mime: document.mime,
  size: document.size,
  kept: new Date('2026-11-21T08:40:00'),
}));
const [first] = COPIES;

function list(
  from: KeptProps['from'],
  value: readonly KeptView[] = COPIES,
  {
    error,
    state,
    onKeepApp,
  }: {
    readonly error?: ErrorCode;
    readonly state?: Loadable<never>;
    readonly onKeepApp?: () => void;
  } = {},
): Sample {
  return {
    path: '/kept',
    ...(from === 'vault' ? { account: patient } : {}),
    offline: from === 'copies',
    page: (
      <Kept
        documents={state ?? { state: 'ready', value }}
        from={from}
        action={{ pending: false, error }}
        hrefOf={() => '/kept/1'}
        onDrop={nothing}
        onDropAll={nothing}
        onLock={nothing}
        onKeepApp={onKeepApp}
      />
    ),
  };
}

function start(kept: boolean): Sample {
  return {
    path: '/',
    offline: true,
    page: (
      <>
        <WithoutNetwork kept={kept} />
        <Welcome />
      </>
    ),
  };
}

const unlock = (error?: ErrorCode, pending = false): Sample => ({
  path: '/kept',
  offline: true,
  page: <KeptUnlock pending={pending} error={error} onSubmit={nothing} />,
});

const copy = (error?: ErrorCode): Sample => ({
  path: '/kept/1',
  offline: true,
  page: (
    <KeptDocument
      document={first === undefined ? { state: 'loading' } : { state: 'ready', value: first }}
      preview={error === undefined ? { state: 'loading' } : { state: 'failed', error }}
      onSave={nothing}
    />
  ),
});

const act = { onKeep: nothing, onDrop: nothing };

export const KEPT_PAGES: Samples = {
  'offline-start': start(true),
  'offline-start-none': start(false),
  'kept-unlock': unlock(),
  'kept-unlock-wrong': unlock('credentials'),
  'kept-unlock-old': unlock('copy_stale'),
  'kept-unlock-pending': unlock(undefined, true),
  'kept-copies': list('copies'),
  'kept-copies-none': list('copies', []),
  'kept-copies-back': list('back'),
  'kept-vault': list('vault'),
  'kept-vault-none': list('vault', []),
  'kept-vault-failed': list('vault', COPIES, { error: 'storage_full' }),
  'kept-vault-no-app': list('vault', COPIES, { onKeepApp: nothing }),
  'kept-loading': list('copies', COPIES, { state: { state: 'loading' } }),
  'kept-document': copy(),
  'kept-document-damaged': copy('copy_damaged'),
  'keep-here': {
    path: '/vault',
    account: patient,
    page: (
      <Page title="IRM lombaire" width="narrow">
        <KeepHere kept={false} action={idle} {...act} />
        <KeepHere kept={false} action={{ pending: true }} done={0.4} {...act} />
        <KeepHere kept action={idle} {...act} />
        <KeepHere kept action={idle} readHref="/kept/1" {...act} />
        <KeepHere kept={false} action={{ pending: false, error: 'storage_full' }} {...act} />
        <KeepHere kept={false} action={{ pending: false, error: 'too_large' }} {...act} />
      </Page>
    ),
  },
};
