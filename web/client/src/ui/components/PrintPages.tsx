/**
 * Prints a document that a preview frame shows: its pages come out of the sandbox as pixels or text and go onto paper one by one,
 * since browsers print of a frame only what is in sight.
 */
import { useCallback, useEffect, useState } from 'react';
import type { RefObject } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { PrintRequest } from '../../preview/protocol';
import type { PaperPage } from '../../preview/stage';
import { listenTo } from '../frames';
import { Button } from './Button';

export function PrintPages({ frame }: { readonly frame: RefObject<HTMLIFrameElement | null> }) {
  const { t } = useTranslation();
  const [pages, setPages] = useState<readonly string[] | 'asked' | undefined>(undefined);
  const print = () => {
    const target = frame.current?.contentWindow;
    if (!target) return;
    setPages('asked');
    const coming: Promise<string>[] = [];
    const end = listenTo(
      () => target,
      (reply) => {
        if (reply.type === 'page') coming.push(onPaper(reply.page));
        if (reply.type !== 'all') return;
        end();
        void Promise.all(coming).then(setPages);
      },
    );
    const request: PrintRequest = { type: 'print' };
    // The frame's origin is opaque, so no target origin can name it; the message holds nothing.
    target.postMessage(request, '*');
  };
  const done = useCallback(() => setPages(undefined), []);
  return (
    <>
      <Button icon="print" pending={pages !== undefined} onPress={print}>
        {t('shareMore.printDocument')}
      </Button>
      {pages !== undefined && pages !== 'asked' && <Paper pages={pages} onDone={done} />}
    </>
  );
}

const PICTURE = 'blob:';

function Paper({ pages, onDone }: { readonly pages: readonly string[]; readonly onDone: () => void }) {
  useEffect(() => {
    let wanted = true;
    const pictures = [...document.querySelectorAll<HTMLImageElement>('.print-pages img')];
    void Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined))).then(() => {
      if (wanted) window.print();
    });
    window.addEventListener('afterprint', onDone);
    return () => {
      wanted = false;
      window.removeEventListener('afterprint', onDone);
      for (const page of pages) if (page.startsWith(PICTURE)) URL.revokeObjectURL(page);
    };
  }, [pages, onDone]);
  return createPortal(
    <div className="print-pages">
      {pages.map((page, index) =>
        page.startsWith(PICTURE) ? <img key={index} src={page} alt="" /> : <pre key={index}>{page}</pre>,
      )}
    </div>,
    document.body,
  );
}

/** The address of a page's picture, or its text. Pixels need no decoder of this page, which a hostile file could aim at. */
async function onPaper(page: PaperPage): Promise<string> {
  // A text that looks like an address is none: it is not at the start of one any more.
  if (typeof page === 'string') return `\n${page}`;
  const canvas = document.createElement('canvas');
  canvas.width = page.width;
  canvas.height = page.height;
  canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(page);
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  return picture === null ? '' : URL.createObjectURL(picture);
}
