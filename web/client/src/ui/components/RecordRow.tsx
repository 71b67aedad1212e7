/** A row of the record: a link to the document, or while a selection is made, its check box. */
import { memo, useRef } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { DocumentView } from '../models';
import { DocumentFacts, DocumentRow, Thumbnail, useDocumentTitle } from './DocumentRow';
import { Icon } from './Icon';

/** What a search found: folded words, and by document those that stand in its text alone. */
export interface Hits {
  readonly words: ReadonlySet<string>;
  readonly inText: Readonly<Record<string, readonly string[]>>;
}

export interface RecordRowProps {
  readonly document: DocumentView;
  readonly href: string;
  readonly hits?: Hits | undefined;
  /** Undefined while nothing is selected. */
  readonly selected?: boolean | undefined;
  readonly onSelect: (id: string, shift: boolean) => void;
}

/** Drawn anew only when something of it changes: others come and go while the list is scrolled. */
export const RecordRow = memo(function RecordRow(props: RecordRowProps) {
  const { document, href, hits, selected, onSelect } = props;
  const { t } = useTranslation();
  const shift = useRef(false);
  const title = useDocumentTitle()(document);
  if (selected === undefined) return <DocumentRow document={document} href={href} hits={hits} />;
  const note = (event: { readonly shiftKey: boolean }) => {
    shift.current = event.shiftKey;
  };
  return (
    <div onPointerDownCapture={note} onKeyDownCapture={note}>
      <AriaCheckbox
        className="list-row check record-check"
        aria-label={t('record.selectOne', { title })}
        isSelected={selected}
        onChange={() => onSelect(document.id, shift.current)}
      >
        <Thumbnail mime={document.mime} url={document.thumbnail} />
        <DocumentFacts document={document} hits={hits} />
        <span className="check-box">
          <Icon name="check" />
        </span>
      </AriaCheckbox>
    </div>
  );
});
