/** Search, order, filters and layout of the record, and the way into a selection. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { sortFor, type Browsing, type Layout, type Order } from '../browsing';
import type { DocumentView } from '../models';
import { SORTS } from '../search';
import { Button, IconButton } from './Button';
import { RecordFilters } from './RecordFilters';
import { SearchField } from './SearchField';
import { Select } from './Select';

export interface RecordToolsProps {
  readonly documents: readonly DocumentView[];
  readonly browsing: Browsing;
  readonly onChange: (change: Partial<Browsing>) => void;
  /** Somebody is about to search. */
  readonly onSearch: () => void;
  readonly selecting: boolean;
  /** Absent where nothing can be done with a selection. */
  readonly onSelecting?: (() => void) | undefined;
  readonly onHelp: () => void;
}

const LAYOUTS = ['list', 'months'] as const satisfies readonly Layout[];

export function RecordTools({ browsing, onSearch, ...props }: RecordToolsProps) {
  const { t } = useTranslation();
  const { onChange } = props;
  const { query, wish, sort, order, layout } = browsing;
  return (
    <>
      <div className="record-search" onFocus={onSearch}>
        <SearchField
          label={t('vault.search')}
          value={query}
          // Whoever searches anew sees the best first.
          onChange={(next) => onChange({ query: next, ...(query === '' ? { order: 'best' } : {}) })}
        />
      </div>
      <Choices {...props} {...{ wish, sort, order, layout }} searches={query.trim() !== ''} />
    </>
  );
}

type ChoicesProps = Omit<RecordToolsProps, 'browsing' | 'onSearch'> &
  Omit<Browsing, 'query' | 'scrolled'> & { readonly searches: boolean };

/** All but the search: not drawn anew with each of its letters. */
const Choices = memo(function Choices(props: ChoicesProps) {
  const { documents, wish, sort, order, layout, onChange, selecting, onSelecting, onHelp } = props;
  const { t } = useTranslation();
  const searches = props.searches && layout === 'list';
  const sorts = SORTS.map((value) => ({ value, label: t(`vault.sorts.${value}`) }));
  const orders = searches ? [{ value: 'best' as const, label: t('record.best') }, ...sorts] : sorts;
  const inUse =
    layout === 'months' ? orders.filter(({ value }) => value === 'newest' || value === 'oldest') : orders;
  const choose = (next: Order) => onChange(next === 'best' ? { order: next } : { order: next, sort: next });
  return (
    <div className="record-tools">
      <Select<Order>
        label={t('vault.sort')}
        hideLabel
        value={searches ? order : sortFor(layout, sort)}
        onChange={choose}
        options={inUse}
      />
      <Select
        label={t('record.layout')}
        hideLabel
        value={layout}
        onChange={(next) => onChange({ layout: next })}
        options={LAYOUTS.map((value) => ({ value, label: t(`record.layouts.${value}`) }))}
      />
      <RecordFilters documents={documents} wish={wish} onChange={(next) => onChange({ wish: next })} />
      {onSelecting && (
        <Button icon="check" onPress={onSelecting}>
          {selecting ? t('record.selectDone') : t('record.select')}
        </Button>
      )}
      <span className="keys-only">
        <IconButton icon="info" label={t('record.shortcuts')} onPress={onHelp} />
      </span>
    </div>
  );
});
