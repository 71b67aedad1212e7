/** One view of the journal: filters above, entries below; own openings folded away if a person wants that. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { groupOf, isAsked, isOwnOpening, NO_WISH } from '../journalFilter';
import type { JournalGroup } from '../journalFilter';
import type { JournalEntry } from '../models';
import { Checkbox } from './Choice';
import { JournalEntries, useSentence } from './JournalEntries';
import { JournalFilters } from './JournalFilters';

export interface Folding {
  readonly folded: boolean;
  readonly onFold: (folded: boolean) => void;
}

export interface JournalPanelProps {
  readonly entries: readonly JournalEntry[];
  /** Whose entries; all if absent. */
  readonly group?: JournalGroup;
  readonly folding?: Folding;
  readonly onWrong?: (entry: JournalEntry) => void;
}

export function JournalPanel({ entries, group, folding, onWrong }: JournalPanelProps) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const [wish, setWish] = useState(NO_WISH);
  const mine = group === undefined ? entries : entries.filter((entry) => groupOf(entry) === group);
  const fold = folding?.folded === true;
  const open = fold ? mine.filter((entry) => !isOwnOpening(entry)) : mine;
  const shown = open
    .filter((entry) => isAsked(entry, wish, () => sentence(entry)))
    .sort((a, b) => b.time.getTime() - a.time.getTime());
  return (
    <div className="stack">
      <JournalFilters entries={mine} wish={wish} onWish={setWish} />
      {folding && (
        <div className="stack-s">
          <Checkbox selected={folding.folded} onChange={folding.onFold}>
            {t('journalViews.fold')}
          </Checkbox>
          {mine.length > open.length && (
            <p className="muted small">{t('journalViews.folded', { count: mine.length - open.length })}</p>
          )}
        </div>
      )}
      <JournalEntries entries={shown} onWrong={onWrong} nothingOf={mine.length === 0 ? group : undefined} />
    </div>
  );
}
