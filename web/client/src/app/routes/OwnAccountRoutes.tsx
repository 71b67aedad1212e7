/** Pages of what the account has, wired: devices, another kit. */
import { useCallback, useState } from 'react';
import { Loading } from '../../ui/components/Loading';
import { Devices } from '../../ui/pages/Devices';
import { Kit } from '../../ui/pages/Kit';
import { NewKit } from '../../ui/pages/NewKit';
import { useLanguage } from '../../ui/useLanguage';
import { valueOf } from '../../worker/connect';
import { saveBlob } from '../download';
import { useAction, useLoadable } from '../loading';
import { useAccount, useSession } from '../session';

export function DevicesRoute() {
  const { engine } = useSession();
  const [devices, reload] = useLoadable(useCallback(() => valueOf(engine().ownAccount.devices()), [engine]));
  const [action, run] = useAction();
  const [ended, setEnded] = useState<'one' | 'others'>();
  const end = (what: 'one' | 'others', work: () => Promise<void>) => {
    setEnded(undefined);
    run(async () => {
      await work();
      setEnded(what);
      reload();
    });
  };
  return (
    <Devices
      devices={devices}
      action={action}
      ended={ended}
      onEnd={(id) => end('one', () => valueOf(engine().ownAccount.endDevice(id)))}
      onEndOthers={() => end('others', () => valueOf(engine().ownAccount.endOtherDevices()))}
    />
  );
}

export function NewKitRoute() {
  const { engine } = useSession();
  const { email } = useAccount();
  const [making, make] = useAction();
  const [stage, setStage] = useState<'password' | 'kit' | 'done'>('password');
  if (stage === 'kit') return <MadeKit onDone={() => setStage('done')} />;
  return (
    <NewKit
      {...making}
      email={email}
      done={stage === 'done'}
      onSubmit={(password) =>
        make(async () => {
          await valueOf(engine().ownAccount.makeKit(password));
          setStage('kit');
        })
      }
    />
  );
}

function MadeKit({ onDone }: { readonly onDone: () => void }) {
  const { engine } = useSession();
  const { role } = useAccount();
  const language = useLanguage();
  const [kit] = useLoadable(useCallback(() => valueOf(engine().accounts.kit(language)), [engine, language]));
  const [download, save] = useAction();
  const [replacing, replace] = useAction();
  if (kit.state !== 'ready') return <Loading />;
  return (
    <Kit
      kit={kit.value}
      role={role}
      preparing={download.pending}
      error={download.error}
      replacing={replacing}
      onDownload={() =>
        save(async () =>
          saveBlob(
            await valueOf(engine().accounts.kitPdf(language)),
            language === 'fr' ? 'kit-de-secours-coffre.pdf' : 'coffre-recovery-kit.pdf',
          ),
        )
      }
      onConfirmed={() =>
        replace(async () => {
          await valueOf(engine().ownAccount.takeKit());
          onDone();
        })
      }
    />
  );
}
