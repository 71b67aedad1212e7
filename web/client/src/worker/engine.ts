/**
 * The engine: everything that holds a key runs here, in a worker. Pages call it and get plain view models back.
 *
 * Composition root of the worker. Ending the worker ends every key in it.
 */
import * as Comlink from 'comlink';
import { accountCalls } from './accounts.ts';
import { depositCalls } from './deposits.ts';
import { directoryCalls } from './directory.ts';
import { documentCalls } from './documents.ts';
import { downloadCalls } from './downloads.ts';
import { exportCalls } from './exports.ts';
import { grantCalls } from './grants.ts';
import { journalCalls } from './journal.ts';
import { keptCalls } from './kept.ts';
import { leavingCalls } from './leaving.ts';
import { noticeCalls } from './notices.ts';
import { guarded, type Calls, type Fault } from './outcome.ts';
import { ownAccountCalls } from './own_account.ts';
import { profileCalls } from './profiles.ts';
import { sectionCalls } from './sections.ts';
import { SESSION_ENDED } from './session_ended.ts';
import { shareCalls } from './shares.ts';
import { textCalls } from './texts.ts';
import { uploadCalls } from './uploads.ts';
import { Workplace } from './workplace.ts';

/** The keys of a session that was ended elsewhere must not stay: the page ends this worker. */
function tell({ code }: Fault): void {
  if (code === 'unauthenticated') self.postMessage(SESSION_ENDED);
}

const told = <F extends Calls>(calls: F) => guarded(calls, tell);

function makeEngine(origin: string) {
  const place = new Workplace(origin);
  return {
    accounts: told(accountCalls(place)),
    ownAccount: told(ownAccountCalls(place)),
    exports: told(exportCalls(place)),
    documents: told(documentCalls(place)),
    downloads: told(downloadCalls(place)),
    uploads: told(uploadCalls(place)),
    directory: told(directoryCalls(place)),
    grants: told(grantCalls(place)),
    sections: told(sectionCalls(place)),
    deposits: told(depositCalls(place)),
    shares: told(shareCalls(place)),
    texts: told(textCalls(place)),
    profiles: told(profileCalls(place)),
    journal: told(journalCalls(place)),
    kept: told(keptCalls(place)),
    leaving: told(leavingCalls(place)),
    notices: told(noticeCalls(place)),
  };
}

export type Engine = ReturnType<typeof makeEngine>;

Comlink.expose(makeEngine(self.location.origin));
