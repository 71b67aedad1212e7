/** Another version of the app, announced; and the choice to keep the app on this device, wired (app/offline.ts). */
import { useEffect, useState } from 'react';
import { KeptApp } from '../ui/components/KeptApp';
import { UpdateNotice } from '../ui/components/UpdateNotice';
import {
  canKeepFiles,
  filesAreKept,
  forgetFiles,
  keepFiles,
  keepFilesIfInstalled,
  takeNewVersion,
  watchVersions,
} from './offline';
import { useSession } from './session';
import { useUnfinished } from './uploads';
import { whenFree } from './whenFree';

export function NewVersion() {
  const { isHeld } = useSession();
  const isUnfinished = useUnfinished();
  const [ready, setReady] = useState(false);
  const [chosen, setChosen] = useState(false);
  useEffect(() => {
    // Without its files an installed app works as well, only not without a network.
    keepFilesIfInstalled().catch(() => undefined);
    return watchVersions(() => setReady(true));
  }, []);
  useEffect(() => {
    if (!chosen) return;
    return whenFree(
      () => isHeld() || isUnfinished(),
      () => void takeNewVersion(),
    );
  }, [chosen, isHeld, isUnfinished]);
  if (!ready) return null;
  return (
    <UpdateNotice
      waiting={chosen}
      onReload={() => setChosen(true)}
      onLater={() => {
        setChosen(false);
        setReady(false);
      }}
    />
  );
}

export function AppOnThisDevice() {
  const [state, setState] = useState({ kept: false, pending: false, failed: false });
  useEffect(() => {
    void filesAreKept().then((kept) => setState((now) => ({ ...now, kept })));
  }, []);
  if (!canKeepFiles()) return null;
  return (
    <KeptApp
      {...state}
      onKeep={(keep) => {
        setState({ kept: !keep, pending: true, failed: false });
        (keep ? keepFiles() : forgetFiles()).then(
          () => setState({ kept: keep, pending: false, failed: false }),
          () => setState({ kept: !keep, pending: false, failed: true }),
        );
      }}
    />
  );
}
