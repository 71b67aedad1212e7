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
import { noticeCalls } from './notices.ts';
import { guarded } from './outcome.ts';
import { ownAccountCalls } from './own_account.ts';
import { profileCalls } from './profiles.ts';
import { sectionCalls } from './sections.ts';
import { shareCalls } from './shares.ts';
import { textCalls } from './texts.ts';
import { uploadCalls } from './uploads.ts';
import { Workplace } from './workplace.ts';

function makeEngine(origin: string) {
  const place = new Workplace(origin);
  return {
    accounts: guarded(accountCalls(place)),
    ownAccount: guarded(ownAccountCalls(place)),
    exports: guarded(exportCalls(place)),
    documents: guarded(documentCalls(place)),
    downloads: guarded(downloadCalls(place)),
    uploads: guarded(uploadCalls(place)),
    directory: guarded(directoryCalls(place)),
    grants: guarded(grantCalls(place)),
    sections: guarded(sectionCalls(place)),
    deposits: guarded(depositCalls(place)),
    shares: guarded(shareCalls(place)),
    texts: guarded(textCalls(place)),
    profiles: guarded(profileCalls(place)),
    journal: guarded(journalCalls(place)),
    notices: guarded(noticeCalls(place)),
  };
}

export type Engine = ReturnType<typeof makeEngine>;

Comlink.expose(makeEngine(self.location.origin));
