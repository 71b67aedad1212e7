/** Comparing two documents, and a vault with what is new since the last visit. */
import { Compare } from '../pages/Compare';
import type { Loadable, DocumentView, PreviewState } from '../models';
import type { Samples } from './sample';
import * as sample from './samples';
import { waiting } from './waiting';

const nothing = () => undefined;
const [first, second] = sample.DOCUMENTS;
const preview: PreviewState = { state: 'ready', source: sample.TEXT_SOURCE };
const account = sample.PROFESSIONAL;
const path = '/vault/v/compare/d1';

function compared(document: DocumentView | undefined) {
  const of: Loadable<DocumentView> =
    document === undefined ? { state: 'loading' } : { state: 'ready', value: document };
  return { document: of, preview, onDownload: nothing };
}

const props = { vault: 'v', first: first?.id ?? '', one: compared(first), onSwap: nothing };
const documents: Loadable<readonly DocumentView[]> = { state: 'ready', value: sample.DOCUMENTS };

export const PROFESSIONAL_PAGES: Samples = {
  compare: { path, account, page: <Compare {...props} other={compared(second)} documents={documents} /> },
  'compare-none': {
    path,
    account,
    page: <Compare {...props} documents={{ state: 'ready', value: sample.DOCUMENTS.slice(0, 1) }} />,
  },
  'compare-choose': { path, account, page: <Compare {...props} documents={documents} /> },
  ...waiting<readonly DocumentView[]>({
    name: 'compare-choose',
    path,
    account,
    known: sample.DOCUMENTS,
    page: (of) => <Compare {...props} documents={of} />,
  }),
};
