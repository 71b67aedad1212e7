/** What a search finds while somebody types: the last answer stays until the next one has come. */
import { startTransition, useEffect, useState } from 'react';
import type { Found } from '../search/record_index';
import type { Finder } from './components/RecordBrowser';
import type { DocumentView } from './models';
import { matches } from './search';

interface Answer {
  readonly documents: readonly DocumentView[];
  readonly found: Found | undefined;
}

export function useFound(
  finder: Finder | undefined,
  documents: readonly DocumentView[],
  query: string,
): Found | undefined {
  const [answer, setAnswer] = useState<Answer>();
  const asks = query.trim() !== '';
  useEffect(() => {
    if (!asks) return;
    let waits = true;
    const take = (found: Found | undefined) => {
      // Whoever types on is not kept waiting by what was found for the letter before.
      if (waits) startTransition(() => setAnswer({ documents, found }));
    };
    const asking =
      finder === undefined ? Promise.reject(new Error('no finder')) : askOf(finder, documents, query);
    // A browser that starts no thread still searches what stands in the list.
    asking.then(take, () => take(plainly(documents, query)));
    return () => {
      waits = false;
    };
  }, [asks, finder, documents, query]);
  return asks ? answer?.found : undefined;
}

function askOf(
  finder: Finder,
  documents: readonly DocumentView[],
  query: string,
): Promise<Found | undefined> {
  finder.look(documents);
  return finder.find(query);
}

function plainly(documents: readonly DocumentView[], query: string): Found {
  const found = documents.filter((one) =>
    matches(query, [one.title, one.author, one.fileName, one.date, ...(one.tags ?? [])]),
  );
  return { ids: found.map(({ id }) => id), words: [], inText: {} };
}
