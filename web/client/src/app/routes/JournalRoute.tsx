/** The journal's page, wired. */
import { useCallback, useState } from 'react';
import { AccessNow } from '../../ui/components/AccessNow';
import type { AccessNowView } from '../../ui/components/AccessNow';
import { useParams } from 'wouter';
import { Journal } from '../../ui/pages/Journal';
import { OwnAccesses } from '../../ui/pages/OwnAccesses';
import { valueOf } from '../../worker/connect';
import { saveBlob } from '../download';
import { useAction, useLoadable } from '../loading';
import { useSession } from '../session';

const FOLDED = 'coffre.journal.folded';

export function JournalRoute() {
  const { engine } = useSession();
  const [journal, reload] = useLoadable(useCallback(() => valueOf(engine().journal.journal()), [engine]));
  const [action, run] = useAction();
  const [folded, setFolded] = useState(isFolded);
  return (
    <Journal
      journal={journal}
      access={<AccessNowRoute />}
      folding={{
        folded,
        onFold: (next) => {
          keepFolded(next);
          setFolded(next);
        },
      }}
      action={action}
      onCutOff={(person) =>
        run(async () => {
          await valueOf(engine().journal.cutOff(person));
          reload();
        })
      }
      onEndShare={(share) =>
        run(async () => {
          await valueOf(engine().shares.end(share));
          reload();
        })
      }
      onCompare={(code) => valueOf(engine().journal.compare(code))}
      onExport={saveText}
    />
  );
}

export function OwnAccessesRoute() {
  const { engine } = useSession();
  const { vault = '' } = useParams<{ vault: string }>();
  const [journal] = useLoadable(useCallback(() => valueOf(engine().journal.own(vault)), [engine, vault]));
  return <OwnAccesses vault={vault} journal={journal} onExport={saveText} />;
}

function saveText(text: string, name: string, mime: string): void {
  saveBlob(new Blob([text], { type: mime }), name);
}

/** Fetched when its tab is opened. */
function AccessNowRoute() {
  const { engine } = useSession();
  const load = useCallback(async (): Promise<AccessNowView> => {
    const grants = await valueOf(engine().grants.grants());
    return { grants, shares: await valueOf(engine().shares.shares()) };
  }, [engine]);
  const [access] = useLoadable(load);
  return <AccessNow access={access} />;
}

function isFolded(): boolean {
  try {
    return localStorage.getItem(FOLDED) !== null;
  } catch {
    return false;
  }
}

function keepFolded(folded: boolean): void {
  try {
    if (folded) localStorage.setItem(FOLDED, '1');
    else localStorage.removeItem(FOLDED);
  } catch {
    // Without storage the choice lasts for this page.
  }
}
