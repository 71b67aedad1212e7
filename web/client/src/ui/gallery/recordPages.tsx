/** Looking through a vault: searched, filtered, by month, selected, with ten thousand documents. */
import { RecordIndex } from '../../search/record_index';
import { BROWSING, NO_WISH, type Browsing } from '../browsing';
import { ShortcutHelp } from '../components/ShortcutHelp';
import type { Finder, RecordParts } from '../components/RecordBrowser';
import type { TextsView } from '../components/UnreadTexts';
import type { DocumentView } from '../models';
import { VaultHome } from '../pages/VaultHome';
import type { Bulk, BulkProgress } from '../recordActions';
import type { Samples } from './sample';
import * as sample from './samples';

const nothing = () => undefined;
const TAGS = [['suivi'], undefined, ['genou', 'sport'], undefined, undefined] as const;
const DOCUMENTS = sample.DOCUMENTS.map((one, index): DocumentView => ({ ...one, tags: TAGS[index % 5] }));
const [FIRST] = DOCUMENTS;
const MANY = Array.from({ length: 10_000 }, (_, index): DocumentView => {
  const like = DOCUMENTS[index % DOCUMENTS.length] ?? FIRST;
  if (like === undefined) throw new Error('no sample');
  const date = new Date(Date.UTC(2026, 10, 20) - index * 9 * 3_600_000).toISOString().slice(0, 10);
  return { ...like, id: `m${index}`, title: `${like.title} ${index + 1}`, date };
});

/** As the searching thread does it, on this one. */
function finderOf(documents: readonly DocumentView[]): Finder {
  const index = new RecordIndex();
  const rows = documents.map(({ id, title, author, date, tags = [] }) => {
    return { id, title, author, date, tags: tags.join(' '), type: '', section: '', file: '' };
  });
  return {
    look: () => {
      index.documents(rows);
      index.addTexts(rows.slice(1, 2).map(({ id }) => ({ id, words: 'ordre ordinaire' })));
    },
    find: (question) => Promise.resolve(index.search(question)),
  };
}

const texts: TextsView = { unread: 12, failed: 0, onRead: nothing, onStop: nothing };
const bulk: Bulk = {
  may: ['file', 'tags', 'mask', 'unmask', 'share', 'download', 'keep', 'remove'],
  onRun: nothing,
  onShare: nothing,
  onStop: nothing,
  onClear: nothing,
};
const RUNNING: BulkProgress = { kind: 'file', done: 3, total: 12, failed: [], state: 'running' };
const KEEPING: BulkProgress = { ...RUNNING, kind: 'keep', part: 0.4 };
const KEPT_ALREADY: BulkProgress = { kind: 'keep', done: 0, total: 0, failed: [], state: 'finished' };
const FAILED: BulkProgress = {
  kind: 'mask',
  done: 12,
  total: 12,
  failed: [
    { id: 'd2', title: 'Radio du poignet', error: 'stale' },
    { id: 'd3', title: 'Bilan sanguin', error: 'offline' },
  ],
  state: 'finished',
};

function page(record: RecordParts, documents: readonly DocumentView[] = DOCUMENTS): Samples[string] {
  const value = { sections: sample.SECTIONS, documents };
  return {
    path: '/vault',
    account: sample.PATIENT,
    page: (
      <VaultHome
        vault="v"
        content={{ state: 'ready', value }}
        onFiles={nothing}
        record={{ bulk, finder: FINDER, ...record }}
      />
    ),
  };
}

const FINDER = finderOf(DOCUMENTS);
const looking = (change: Partial<Browsing>): RecordParts => ({ browsing: { ...BROWSING, ...change } });
const chosen = new Set(DOCUMENTS.slice(0, 3).map(({ id }) => id));

export const RECORD_PAGES: Samples = {
  'record-search': page({ ...looking({ query: 'ord' }), texts }),
  'record-reading': page({
    ...looking({ query: 'ord' }),
    texts: { ...texts, reading: { done: 4, total: 12 } },
  }),
  'record-nothing': page(looking({ query: 'xylophone' })),
  'record-filters': page(looking({ wish: { ...NO_WISH, status: 'own', until: '2026-11-30' } })),
  'record-months': page(looking({ layout: 'months' })),
  'record-many': page({ ...looking({ layout: 'months' }), finder: finderOf(MANY) }, MANY),
  'record-selecting': page({ selected: new Set() }),
  'record-selected': page({ selected: chosen, bulk: { ...bulk, progress: RUNNING } }),
  'record-keeping': page({ selected: chosen, bulk: { ...bulk, progress: KEEPING } }),
  'record-kept-already': page({ selected: chosen, bulk: { ...bulk, progress: KEPT_ALREADY } }),
  'record-failed': page({ selected: chosen, bulk: { ...bulk, progress: FAILED } }),
  'record-guest': {
    path: '/vault/v',
    account: sample.PROFESSIONAL,
    page: (
      <VaultHome
        vault="v"
        content={{ state: 'ready', value: { sections: sample.SECTIONS, documents: DOCUMENTS } }}
        guest={{ patient: 'Claire Delmas', notAfter: new Date('2027-11-22') }}
        record={{ finder: FINDER, bulk: { ...bulk, may: ['download'] }, selected: chosen }}
      />
    ),
  },
  shortcuts: {
    path: '/vault',
    account: sample.PATIENT,
    page: <ShortcutHelp open onClose={nothing} />,
  },
};
