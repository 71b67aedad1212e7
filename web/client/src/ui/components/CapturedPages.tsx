/** Photographed pages in their order: dragged, or moved by buttons; each is cut, turned or taken out. */
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { dropped, moved, type CapturedPage } from '../capturedPages';
import { IconButton } from './Button';

export interface CapturedPagesProps {
  readonly pages: readonly CapturedPage[];
  readonly onOrder: (pages: readonly CapturedPage[]) => void;
  readonly onEdit: (id: string) => void;
  /** A quarter clockwise. */
  readonly onTurn: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

/** Of what is dragged; it means nothing outside. */
const DRAGGED = 'application/x-coffre-page';

export function CapturedPages({ pages, onOrder, onEdit, onTurn, onRemove }: CapturedPagesProps) {
  const { t } = useTranslation();
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ [DRAGGED]: String(key) })),
    onReorder: ({ keys, target }) => {
      const where = target.dropPosition === 'before' ? 'before' : 'after';
      onOrder(dropped(pages, new Set([...keys].map(String)), { id: String(target.key), where }));
    },
  });
  return (
    <GridList
      className="captured"
      aria-label={t('capture.pages')}
      items={pages}
      layout="grid"
      keyboardNavigationBehavior="tab"
      dragAndDropHooks={dragAndDropHooks}
      // What a row draws depends on how many there are.
      dependencies={[pages]}
    >
      {pages.map((page, index) => (
        <GridListItem
          key={page.id}
          id={page.id}
          className="captured-page"
          textValue={t('capture.pageOf', { number: index + 1, count: pages.length })}
        >
          <PageCard
            page={page}
            number={index + 1}
            last={index === pages.length - 1}
            onMove={(by) => onOrder(moved(pages, page.id, by))}
            onEdit={() => onEdit(page.id)}
            onTurn={() => onTurn(page.id)}
            onRemove={() => onRemove(page.id)}
          />
        </GridListItem>
      ))}
    </GridList>
  );
}

interface PageCardProps {
  readonly page: CapturedPage;
  readonly number: number;
  readonly last: boolean;
  readonly onMove: (by: -1 | 1) => void;
  readonly onEdit: () => void;
  readonly onTurn: () => void;
  readonly onRemove: () => void;
}

function PageCard({ page, number, last, onMove, onEdit, onTurn, onRemove }: PageCardProps) {
  const { t } = useTranslation();
  return (
    <>
      <AriaButton slot="drag" className="captured-shown" aria-label={t('capture.drag', { number })}>
        <img src={page.shown} alt="" draggable={false} />
        <span className="captured-number">{number}</span>
      </AriaButton>
      <div className="captured-actions">
        <IconButton
          icon="back"
          label={t('capture.earlier', { number })}
          isDisabled={number === 1}
          onPress={() => onMove(-1)}
        />
        <IconButton
          icon="chevron"
          label={t('capture.later', { number })}
          isDisabled={last}
          onPress={() => onMove(1)}
        />
        <IconButton icon="rotate" label={t('capture.turn', { number })} onPress={onTurn} />
        <IconButton icon="crop" label={t('capture.edit', { number })} onPress={onEdit} />
        <IconButton icon="trash" label={t('capture.remove', { number })} onPress={onRemove} />
      </div>
    </>
  );
}
