/**
 * A vault's documents as rows, of which only those near the window exist: ten thousand scroll like ten. Each says its place among
 * all of them; months have headings.
 */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMonth } from '../../i18n/format';
import type { Line } from '../browsing';
import type { DocumentView } from '../models';
import { useLanguage } from '../useLanguage';
import { RecordRow, type Hits } from './RecordRow';

export interface RecordListProps {
  readonly lines: readonly Line[];
  /** How many documents are among the lines. */
  readonly count: number;
  readonly hits?: Hits | undefined;
  readonly hrefOf: (document: DocumentView) => string;
  /** Absent while nothing is selected: rows are links then. */
  readonly selection?: ReadonlySet<string> | undefined;
  readonly onSelect: (id: string, shift: boolean) => void;
  /** Gives a row the focus; each object once. */
  readonly goTo?: { readonly id: string } | undefined;
  /** A row has it. */
  readonly onAt: (id: string) => void;
}

const ROW = 85;
const HEADING = 52;
/** Before the page is measured, as when it is drawn without a window. */
const FIRST = { width: 0, height: 900 };

/** Drawn anew only when something of it changes: each letter of a search is none of that. */
export const RecordList = memo(function RecordList(props: RecordListProps) {
  const { lines, count, hits, hrefOf, selection, onSelect, goTo, onAt } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const top = list.current === null ? 0 : list.current.getBoundingClientRect().top + window.scrollY;
      setMargin((before) => (Math.abs(before - top) < 1 ? before : top));
    };
    // What stands above the list comes and goes.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    measure();
    return () => observer.disconnect();
  }, []);
  // The same functions as long as the lines are the same: else every place is reckoned anew with each row that is scrolled.
  const estimateSize = useCallback((index: number) => (isMonth(lines[index]) ? HEADING : ROW), [lines]);
  const getItemKey = useCallback((index: number) => keyOf(lines[index], index), [lines]);
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize,
    getItemKey,
    overscan: 6,
    scrollMargin: margin,
    initialRect: FIRST,
  });
  const gone = useRef<RecordListProps['goTo']>(undefined);
  useEffect(() => {
    if (goTo === undefined || gone.current === goTo) return;
    gone.current = goTo;
    const place = lines.findIndex((line) => 'document' in line && line.document.id === goTo.id);
    if (place < 0) return;
    virtual.scrollToIndex(place, { align: 'auto' });
    // The row may have to be made first.
    let tries = 0;
    let frame = 0;
    const focus = () => {
      const row = list.current?.querySelector<HTMLElement>(`[data-index="${place}"] :is(a, input)`);
      if (row) row.focus({ preventScroll: tries === 0 });
      else if (tries++ < 20) frame = requestAnimationFrame(focus);
    };
    focus();
    return () => cancelAnimationFrame(frame);
  }, [goTo, lines, virtual]);
  return (
    <ul
      ref={list}
      className="rows record"
      aria-label={t('record.documents')}
      style={{ height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const line = lines[index];
        if (line === undefined) return null;
        const common = {
          key,
          ref: virtual.measureElement,
          'data-index': index,
          style: placed(start - margin),
        };
        if ('month' in line) {
          const month = formatMonth(line.month, language);
          return (
            <li {...common} key={key} className="record-month">
              <h2>{t('record.inMonth', { month, count: line.count })}</h2>
            </li>
          );
        }
        const { document } = line;
        return (
          <li
            {...common}
            key={key}
            aria-setsize={count}
            aria-posinset={line.position}
            onFocus={() => onAt(document.id)}
          >
            <RecordRow
              document={document}
              href={hrefOf(document)}
              hits={hits}
              selected={selection?.has(document.id)}
              onSelect={onSelect}
            />
          </li>
        );
      })}
    </ul>
  );
});

function isMonth(line: Line | undefined): boolean {
  return line !== undefined && 'month' in line;
}

function keyOf(line: Line | undefined, index: number): string | number {
  if (line === undefined) return index;
  return 'month' in line ? line.month : line.document.id;
}

function placed(pixels: number): CSSProperties {
  return { transform: `translateY(${pixels}px)` };
}
