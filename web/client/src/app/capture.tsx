/**
 * Capturing pages, wired: photos go to a worker that draws them, and come back as one PDF.
 *
 * Owns the photos of the sheet and the addresses of their pictures, in this page's memory until the sheet is closed.
 */
import * as Comlink from 'comlink';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startCapture, type Capturing } from '../capture/connect.ts';
import { formatDay } from '../i18n/format';
import { MOST_PAGES, WHOLE, type CapturedPage, type Cut } from '../ui/capturedPages';
import { dayOf } from '../ui/day';
import { Capture, type CaptureState } from '../ui/pages/Capture';
import { useLanguage } from '../ui/useLanguage';

export interface CaptureSheetProps {
  /** The PDF, and the title that is proposed for it. */
  readonly onDone: (file: File, title: string) => void;
  readonly onClose: () => void;
}

const IDLE: CaptureState = { stage: 'idle' };

/** What lives as long as the sheet: the worker, the photos, the addresses of pictures. */
class Darkroom {
  readonly photos = new Map<string, File>();
  private readonly addresses = new Set<string>();
  private started: Capturing | undefined;

  get calls(): Capturing['calls'] {
    this.started ??= startCapture();
    return this.started.calls;
  }

  addressOf(picture: Blob): string {
    const address = URL.createObjectURL(picture);
    this.addresses.add(address);
    return address;
  }

  close(): void {
    this.started?.close();
    this.started = undefined;
    this.photos.clear();
    for (const address of this.addresses) URL.revokeObjectURL(address);
    this.addresses.clear();
  }
}

export function CaptureSheet({ onDone, onClose }: CaptureSheetProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [room] = useState(() => new Darkroom());
  const [pages, setPages] = useState<readonly CapturedPage[]>([]);
  const [state, setState] = useState<CaptureState>(IDLE);
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
      room.close();
    };
  }, [room]);

  const unsaved = pages.length > 0;
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);

  const photograph = async (files: readonly File[]) => {
    setState({ stage: 'reading' });
    let next: CaptureState = files.length + pages.length > MOST_PAGES ? { stage: 'tooMany' } : IDLE;
    for (const file of files.slice(0, MOST_PAGES - pages.length)) {
      const page = await develop(room, file);
      if (!open.current) return;
      if (page === null) next = { stage: 'unreadable', name: file.name };
      else setPages((before) => [...before, page]);
    }
    setState(next);
  };
  const cut = async (id: string, wanted: Cut) => {
    const file = room.photos.get(id);
    if (file === undefined) return;
    const isIt = (page: CapturedPage) =>
      page.id === id && page.corners === wanted.corners && page.turn === wanted.turn;
    setPages((before) => before.map((page) => (page.id === id ? { ...page, ...wanted } : page)));
    const picture = await room.calls.shown({ file, ...wanted });
    if (picture === null || !open.current) return;
    const shown = room.addressOf(picture);
    // Cut anew meanwhile: a later picture comes.
    setPages((before) => before.map((page) => (isIt(page) ? { ...page, shown } : page)));
  };
  const remove = (id: string) => {
    room.photos.delete(id);
    setPages(pages.filter((page) => page.id !== id));
  };
  const make = async () => {
    setState({ stage: 'making', done: 0 });
    const sheets = pages.flatMap(({ id, corners, turn }) => {
      const file = room.photos.get(id);
      return file === undefined ? [] : [{ file, corners, turn }];
    });
    const done = Comlink.proxy((count: number) => setState({ stage: 'making', done: count }));
    const pdf = await room.calls.pdf(sheets, done);
    if (!open.current) return;
    if (pdf === null) return setState({ stage: 'failed' });
    const title = t('capture.fileName', { date: formatDay(new Date(), language) });
    const name = `${t('capture.fileName', { date: dayOf(new Date()) })}.pdf`;
    onDone(new File([pdf], name, { type: 'application/pdf' }), title);
  };
  const failing = (work: Promise<void>) => void work.catch(() => setState({ stage: 'failed' }));
  return (
    <Capture
      open
      pages={pages}
      state={state}
      onPhotos={(files) => {
        if (files.length > 0) failing(photograph(files));
      }}
      onOrder={setPages}
      onCut={(id, wanted) => failing(cut(id, wanted))}
      onRemove={remove}
      onMake={() => failing(make())}
      onClose={onClose}
    />
  );
}

async function develop(room: Darkroom, file: File): Promise<CapturedPage | null> {
  const developed = await room.calls.photo(file);
  if (developed === null) return null;
  const id = crypto.randomUUID();
  room.photos.set(id, file);
  const { width, height } = developed;
  const [photo, shown] = [room.addressOf(developed.photo), room.addressOf(developed.shown)];
  return { id, photo, shown, width, height, corners: WHOLE, turn: 0 };
}
