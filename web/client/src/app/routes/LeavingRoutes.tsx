/** The end of the own account, wired: the page, the banner that every page has meanwhile, and the receipt's page. */
import { useCallback, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../i18n/format';
import { LeavingNotice } from '../../ui/components/LeavingNotice';
import { DeleteAccount } from '../../ui/pages/DeleteAccount';
import { Receipt } from '../../ui/pages/Receipt';
import { useLanguage } from '../../ui/useLanguage';
import { valueOf } from '../../worker/connect';
import { saveBlob } from '../download';
import { useAction, useLoadable } from '../loading';
import { useAccount, useSession } from '../session';

export function DeleteAccountRoute() {
  const { engine, begin } = useSession();
  const account = useAccount();
  const { t } = useTranslation();
  const language = useLanguage();
  const due = account.deletionDue?.getTime();
  // Asked again when the account is kept by the banner, or was asked away.
  const [leaving, reload] = useLoadable(
    useCallback(() => (void due, valueOf(engine().leaving.state())), [engine, due]),
  );
  const [asking, ask] = useAction();
  const [keeping, keep] = useKeeping();
  return (
    <DeleteAccount
      role={account.role}
      email={account.email}
      leaving={leaving}
      asking={asking}
      keeping={keeping}
      onSubmit={(password) =>
        ask(async () => {
          const deletion = await valueOf(engine().leaving.ask(password));
          begin({ ...account, deletionDue: deletion.due });
          reload();
        })
      }
      onSave={(deletion) => {
        const { receipt, verify } = deletion;
        const until = formatMoment(deletion.due, language);
        const text = t('leaving.fileText', { until, receipt, verify, interpolation: { escapeValue: false } });
        saveBlob(new Blob([text], { type: 'text/plain' }), t('leaving.file'));
      }}
      onKeep={keep}
    />
  );
}

/** Needs no account. The fragment stays in the address bar: it opens nothing, and is what one keeps. */
export function ReceiptRoute() {
  const { engine } = useSession();
  const { t } = useTranslation();
  const link = useSyncExternalStore(watchFragment, () => window.location.hash);
  const [receipt] = useLoadable(useCallback(() => valueOf(engine().leaving.receipt(link)), [engine, link]));
  return (
    <Receipt
      receipt={receipt}
      onSave={(text) => saveBlob(new Blob([text], { type: 'text/plain' }), t('receipt.file'))}
    />
  );
}

function watchFragment(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

/** Shown on every page while the account is to be deleted. */
export function Leaving() {
  const { deletionDue } = useAccount();
  const [keeping, keep] = useKeeping();
  return deletionDue === undefined ? null : <LeavingNotice {...keeping} due={deletionDue} onKeep={keep} />;
}

function useKeeping() {
  const { engine, begin } = useSession();
  const account = useAccount();
  const [keeping, run] = useAction();
  const keep = () =>
    run(async () => {
      await valueOf(engine().leaving.keep());
      begin({ ...account, deletionDue: undefined });
    });
  return [keeping, keep] as const;
}
