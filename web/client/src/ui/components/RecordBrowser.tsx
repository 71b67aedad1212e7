/**
 * The documents of a vault as somebody looks through them: search, sections, filters, order, list or months, selection, keyboard.
 *
 * Owns what is looked for; what was asked before comes in, and goes out when the page is left.
 */
import {
  memo,
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Found } from '../../search/record_index';
import { BROWSING, linesOf, NO_WISH, selected, wanted, type Browsing } from '../browsing';
import type { DocumentView, SectionView } from '../models';
import { documentPath } from '../paths';
import type { Bulk } from '../recordActions';
import { useFound } from '../useFound';
import { useLanguage } from '../useLanguage';
import { useShortcuts, type Shortcuts } from '../useShortcuts';
import { BulkBar } from './BulkBar';
import { Button } from './Button';
import { Chips } from './Chips';
import { EmptyState } from './EmptyState';
import { Notice } from './Notice';
import { RecordList } from './RecordList';
import { RecordTools } from './RecordTools';
import { useSectionName } from './SectionName';
import { ShortcutHelp } from './ShortcutHelp';
import { UnreadTexts, type TextsView } from './UnreadTexts';

/** Finds documents among those that it was given; best first, undefined for a question without words. */
export interface Finder {
  readonly look: (documents: readonly DocumentView[]) => void;
  readonly find: (question: string) => Promise<Found | undefined>;
  /** How many texts were read since: another finder, which may find more. */
  readonly textsRead?: number;
}

/** What the record's page can do besides showing documents; each part may be absent. */
export interface RecordParts {
  readonly finder?: Finder | undefined;
  readonly texts?: TextsView | undefined;
  readonly bulk?: Bulk | undefined;
  /** How it was looked through before. */
  readonly browsing?: Browsing | undefined;
  /** What is selected at first; absent: nothing is being selected. */
  readonly selected?: ReadonlySet<string> | undefined;
  readonly onLeave?: ((browsing: Browsing) => void) | undefined;
}

export interface RecordBrowserProps extends RecordParts {
  readonly vault: string;
  readonly sections: readonly SectionView[];
  readonly documents: readonly DocumentView[];
  readonly guest: boolean;
}

const ALL = 'all';

export function RecordBrowser(props: RecordBrowserProps) {
  const { vault, sections, documents, guest, finder, texts, bulk, onLeave } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const [browsing, setBrowsing] = useState(props.browsing ?? BROWSING);
  const [selection, setSelection] = useState(props.selected);
  const [helping, setHelping] = useState(false);
  const { query, wish, sort, order, layout } = browsing;
  useKept(browsing, onLeave);
  // What was typed is drawn first: a list of ten thousand follows.
  const found = useFound(finder, documents, useDeferredValue(query));
  const shown = useMemo(
    () => wanted(documents, { ...BROWSING, wish, sort, order, layout }, { found: found?.ids, language }),
    [documents, wish, sort, order, layout, found, language],
  );
  const lines = useMemo(() => linesOf(shown, layout), [shown, layout]);
  const hits = useMemo(() => found && { words: new Set(found.words), inText: found.inText }, [found]);
  const used = useMemo(() => sectionsInUse(sections, documents), [sections, documents]);
  const hrefOf = useCallback((one: DocumentView) => documentPath(vault, one.id), [vault]);
  const change = useCallback((next: Partial<Browsing>) => setBrowsing((now) => ({ ...now, ...next })), []);
  const onHelp = useCallback(() => setHelping(true), []);
  const onSelecting = useCallback(
    () => setSelection((now) => (now === undefined ? new Set() : undefined)),
    [],
  );
  const { onSelect, goTo, onAt, shortcuts } = useRows({
    shown,
    selection: bulk && selection,
    setSelection: bulk && setSelection,
    onHelp,
    onLeave: () => change({ query: '' }),
  });
  useShortcuts(shortcuts);
  const inbox = used.find((one) => one.kind === 'inbox');
  const chosen = useMemo(() => documents.filter((one) => selection?.has(one.id)), [documents, selection]);
  const toSection = useCallback((section: string) => change({ wish: { ...wish, section } }), [change, wish]);
  return (
    <div className="stack">
      {inbox && !guest && wish.section !== inbox.id && (
        <Notice icon="folder">
          <div className="row row-between record-inbox">
            <p>{t('vault.toFile', { count: inbox.count ?? 0 })}</p>
            <Button onPress={() => toSection(inbox.id)}>{t('vault.toFileShow')}</Button>
          </div>
        </Notice>
      )}
      <RecordTools
        documents={documents}
        browsing={browsing}
        onChange={change}
        onSearch={() => finder?.look(documents)}
        selecting={selection !== undefined}
        onSelecting={bulk && onSelecting}
        onHelp={onHelp}
      />
      <SectionChips sections={used} count={documents.length} selected={wish.section} onSelect={toSection} />
      {query.trim() !== '' && texts && <UnreadTexts {...texts} />}
      {bulk && selection && (
        <BulkBar
          bulk={bulk}
          chosen={chosen}
          sections={sections}
          shown={shown.length}
          onAll={() => setSelection(new Set(shown.map((one) => one.id)))}
          onNone={() => setSelection(new Set())}
        />
      )}
      <p role="status" className="visually-hidden">
        {t('vault.results', { count: shown.length })}
      </p>
      {shown.length === 0 ? (
        <EmptyState
          icon="search"
          title={t('vault.nothingFound')}
          action={<Button onPress={() => change({ query: '', wish: NO_WISH })}>{t('vault.clear')}</Button>}
        >
          {t('vault.nothingFoundText')}
        </EmptyState>
      ) : (
        <RecordList
          lines={lines}
          count={shown.length}
          hits={hits}
          hrefOf={hrefOf}
          selection={bulk && selection}
          onSelect={onSelect}
          goTo={goTo}
          onAt={onAt}
        />
      )}
      <ShortcutHelp open={helping} onClose={() => setHelping(false)} />
    </div>
  );
}

interface SectionChipsProps {
  readonly sections: readonly SectionView[];
  /** Of all documents. */
  readonly count: number;
  /** Empty for all. */
  readonly selected: string;
  readonly onSelect: (section: string) => void;
}

/** Not drawn anew with each letter of a search. */
const SectionChips = memo(function SectionChips({ sections, count, selected, onSelect }: SectionChipsProps) {
  const { t } = useTranslation();
  const nameOf = useSectionName();
  return (
    <Chips
      label={t('vault.sections')}
      selected={selected === '' ? ALL : selected}
      onSelect={(id) => onSelect(id === ALL ? '' : id)}
      chips={[
        { id: ALL, label: t('vault.all'), count },
        ...sections.map((one) => ({ id: one.id, label: nameOf(one), count: one.count })),
      ]}
    />
  );
});

/** Scrolls to where the page was left, and tells how it is left. */
function useKept(browsing: Browsing, onLeave: RecordParts['onLeave']): void {
  const kept = useRef(browsing);
  useEffect(() => {
    kept.current = { ...browsing, scrolled: kept.current.scrolled };
  }, [browsing]);
  useLayoutEffect(() => {
    const { scrolled } = kept.current;
    // Whoever comes to a page is taken to its top first.
    const frame = requestAnimationFrame(() => {
      if (scrolled > 0) window.scrollTo(0, scrolled);
    });
    const note = () => {
      kept.current = { ...kept.current, scrolled: window.scrollY };
    };
    window.addEventListener('scroll', note, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', note);
      onLeave?.(kept.current);
    };
  }, [onLeave]);
}

interface RowsGiven {
  readonly shown: readonly DocumentView[];
  readonly selection: ReadonlySet<string> | undefined;
  /** Absent where nothing can be done with a selection. */
  readonly setSelection: ((selection: ReadonlySet<string> | undefined) => void) | undefined;
  readonly onHelp: () => void;
  readonly onLeave: () => void;
}

/** Which row has the focus, which are selected, and the keys that change both. */
function useRows({ shown, selection, setSelection, onHelp, onLeave }: RowsGiven) {
  const at = useRef<string>(undefined);
  const last = useRef<string>(undefined);
  const [goTo, setGoTo] = useState<{ readonly id: string }>();
  const onAt = useCallback((id: string) => {
    at.current = id;
  }, []);
  const onSelect = useCallback(
    (id: string, shift: boolean) => {
      const to = shift ? last.current : undefined;
      last.current = id;
      setSelection?.(selected(selection ?? new Set(), shown, { id, to }));
    },
    [setSelection, selection, shown],
  );
  const move = (by: number) => {
    const now = shown.findIndex((one) => one.id === at.current);
    const next = shown[Math.min(shown.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
    if (next === undefined) return;
    at.current = next.id;
    setGoTo({ id: next.id });
  };
  const shortcuts: Shortcuts = {
    '/': () => document.querySelector<HTMLInputElement>('.record-search input')?.focus(),
    j: () => move(1),
    k: () => move(-1),
    x: (event) => {
      const id = at.current;
      if (id === undefined || setSelection === undefined) return;
      onSelect(id, event.shiftKey);
      // A link became a check box: the focus goes along.
      setGoTo({ id });
    },
    '?': onHelp,
    Escape: () => (selection === undefined ? onLeave() : setSelection?.(undefined)),
  };
  return { goTo, onAt, onSelect, shortcuts };
}

/** Sections that hold something, with their counts, in the vault's order. */
function sectionsInUse(
  sections: readonly SectionView[],
  documents: readonly DocumentView[],
): readonly SectionView[] {
  const counts = new Map<string, number>();
  for (const one of documents) counts.set(one.section.id, (counts.get(one.section.id) ?? 0) + 1);
  return sections.filter((one) => counts.has(one.id)).map((one) => ({ ...one, count: counts.get(one.id) }));
}
