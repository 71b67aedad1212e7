/** Several pages photographed one after the other, put in order, cut and turned: one PDF. The file is made on this device. */
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button';
import { CapturedPages } from '../components/CapturedPages';
import { CornerEditor } from '../components/CornerEditor';
import { ConfirmDialog, Dialog } from '../components/Dialog';
import { Notice } from '../components/Notice';
import { MOST_PAGES, turned, WHOLE, type CapturedPage, type Cut } from '../capturedPages';

/** `reading`: a photo is being opened. `making`: so many pages are drawn. Names are those of files. */
export type CaptureState =
  | { readonly stage: 'idle' | 'reading' | 'failed' | 'tooMany' }
  | { readonly stage: 'making'; readonly done: number }
  | { readonly stage: 'unreadable'; readonly name: string };

export interface CaptureProps {
  readonly open: boolean;
  readonly pages: readonly CapturedPage[];
  readonly state: CaptureState;
  /** The page that is being cut, when the sheet opens with one. */
  readonly editing?: string;
  readonly onPhotos: (files: readonly File[]) => void;
  readonly onOrder: (pages: readonly CapturedPage[]) => void;
  readonly onCut: (id: string, cut: Cut) => void;
  readonly onRemove: (id: string) => void;
  readonly onMake: () => void;
  readonly onClose: () => void;
}

export function Capture({ editing, ...props }: CaptureProps) {
  const { open, pages, onCut, onClose } = props;
  const { t } = useTranslation();
  const [cutting, setCutting] = useState(editing);
  const [leaving, setLeaving] = useState(false);
  const index = pages.findIndex((page) => page.id === cutting);
  const page = pages[index];
  const leave = () => {
    if (page !== undefined) setCutting(undefined);
    else if (pages.length > 0) setLeaving(true);
    else onClose();
  };
  return (
    <>
      <Dialog
        title={page === undefined ? t('capture.title') : t('capture.crop.title', { number: index + 1 })}
        open={open}
        onClose={leave}
        wide
      >
        {page === undefined ? (
          <Pages {...props} onEdit={setCutting} />
        ) : (
          <CutPage
            key={page.id}
            page={page}
            onKeep={(cut) => {
              onCut(page.id, cut);
              setCutting(undefined);
            }}
            onCancel={() => setCutting(undefined)}
          />
        )}
      </Dialog>
      <ConfirmDialog
        open={leaving}
        title={t('capture.discard')}
        text={t('capture.discardText')}
        confirm={t('capture.discardConfirm')}
        danger
        pending={false}
        onConfirm={onClose}
        onClose={() => setLeaving(false)}
      />
    </>
  );
}

type PagesProps = Omit<CaptureProps, 'open' | 'onClose' | 'editing'> & {
  readonly onEdit: (id: string) => void;
};

function Pages({ pages, state, onPhotos, onOrder, onCut, onRemove, onMake, onEdit }: PagesProps) {
  const { t } = useTranslation();
  const making = state.stage === 'making';
  const count = pages.length;
  const turn = (id: string) => {
    const page = pages.find((one) => one.id === id);
    if (page !== undefined) onCut(id, { corners: page.corners, turn: turned(page.turn) });
  };
  return (
    <>
      <p className="muted">{t('capture.lead')}</p>
      {count > 0 && (
        <CapturedPages pages={pages} onOrder={onOrder} onEdit={onEdit} onTurn={turn} onRemove={onRemove} />
      )}
      <Trouble state={state} />
      <div className="capture-actions">
        <div className="touch-only">
          <FileTrigger
            acceptedFileTypes={['image/*']}
            defaultCamera="environment"
            onSelect={(list) => onPhotos([...(list ?? [])])}
          >
            <Button variant={count === 0 ? 'primary' : 'quiet'} icon="camera" wide isDisabled={making}>
              {count === 0 ? t('capture.first') : t('capture.next')}
            </Button>
          </FileTrigger>
        </div>
        <FileTrigger
          acceptedFileTypes={['image/*']}
          allowsMultiple
          onSelect={(list) => onPhotos([...(list ?? [])])}
        >
          <Button icon="image" wide isDisabled={making}>
            {t('capture.choose')}
          </Button>
        </FileTrigger>
        {count > 0 && (
          <Button
            variant="primary"
            icon="document"
            wide
            pending={making}
            isDisabled={state.stage === 'reading'}
            onPress={onMake}
          >
            {making
              ? t('capture.making', { number: Math.min(state.done + 1, count), count })
              : t('capture.make', { count })}
          </Button>
        )}
      </div>
    </>
  );
}

/** What went wrong, at once; what is going on, politely. */
function Trouble({ state }: { readonly state: CaptureState }) {
  const { t } = useTranslation();
  const { stage } = state;
  return (
    <>
      <p role="status" className="muted small">
        {stage === 'reading' && t('capture.reading')}
      </p>
      {(stage === 'failed' || stage === 'unreadable' || stage === 'tooMany') && (
        <Notice tone={stage === 'tooMany' ? 'warning' : 'error'}>
          <p>
            {stage === 'unreadable'
              ? t('capture.unreadable', { name: state.name })
              : stage === 'failed'
                ? t('capture.failed')
                : t('capture.tooMany', { count: MOST_PAGES })}
          </p>
        </Notice>
      )}
    </>
  );
}

interface CutPageProps {
  readonly page: CapturedPage;
  readonly onKeep: (cut: Cut) => void;
  readonly onCancel: () => void;
}

function CutPage({ page, onKeep, onCancel }: CutPageProps) {
  const { t } = useTranslation();
  const [corners, setCorners] = useState(page.corners);
  return (
    <>
      <p className="muted">{t('capture.crop.hint')}</p>
      <CornerEditor {...page} corners={corners} onCorners={setCorners} />
      <div className="capture-actions">
        <Button icon="image" wide onPress={() => setCorners(WHOLE)}>
          {t('capture.crop.whole')}
        </Button>
        <Button wide onPress={onCancel}>
          {t('common.cancel')}
        </Button>
        <Button variant="primary" icon="check" wide onPress={() => onKeep({ corners, turn: page.turn })}>
          {t('capture.crop.keep')}
        </Button>
      </div>
    </>
  );
}
