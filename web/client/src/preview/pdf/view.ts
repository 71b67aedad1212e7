/**
 * PDF by pdf.js's own viewer: pages drawn when they come near the pane and dropped when far, so that 1,000 pages cost the
 * memory of a few; a layer of text over each, to select, to search, to be read aloud. No scripting, no forms, no addresses
 * that lead out, no eval.
 */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { EventBus, PDFFindController, PDFLinkService, PDFViewer } from 'pdfjs-dist/legacy/web/pdf_viewer.mjs';
import './pdf.css';
import { Desk } from '../desk/desk';
import { zoomByGestures } from '../desk/gestures';
import { pageTools, zoomTools } from '../desk/sheetTools';
import type { Shown } from '../stage';
import type { Words } from '../words';
import { findTools } from './find';
import { openPdf } from './open';
import { printPdf } from './paper';

const MAX_CANVAS_PIXELS = 16_000_000;
/** Milliseconds after a pinch before pages are drawn anew. */
const DRAWING_DELAY = 300;
const TEXT_LAYER = 1;

export async function showPdf(bytes: Uint8Array, stage: HTMLElement, lang: Words): Promise<Shown> {
  const file = await openPdf(bytes);
  const desk = new Desk(stage, lang);
  const bus = new EventBus();
  const viewer = viewerOf(desk, bus);
  const drawn = new Promise<void>((resolve) => bus.on('pagerendered', () => resolve()));
  await new Promise<void>((resolve) => {
    bus.on('pagesinit', () => resolve());
    viewer.setDocument(file);
    viewer.linkService.setDocument(file, null);
  });
  for (let index = 0; index < file.numPages; index += 1) {
    (viewer.getPageView(index) as { readonly div: HTMLElement }).div.setAttribute(
      'aria-label',
      lang.page(index + 1, file.numPages),
    );
  }
  viewer.currentScaleValue = 'page-width';
  tools(desk, lang, { bus, viewer, file });
  await drawn;
  return {
    pages: file.numPages,
    height: desk.heightFor(desk.pane.querySelector('.pdfViewer')?.scrollHeight ?? 0),
    print: (give) => printPdf(file, lang, give),
  };
}

function viewerOf(desk: Desk, bus: EventBus): PDFViewer {
  const container = document.createElement('div');
  container.className = 'pdf-container';
  const inner = document.createElement('div');
  inner.className = 'pdfViewer';
  container.append(inner);
  // It must be placed absolutely, and scrolls in the pane's place.
  desk.pane.removeAttribute('tabindex');
  container.tabIndex = 0;
  desk.pane.append(container);
  const links = new OwnPages({ eventBus: bus });
  const find = new PDFFindController({ eventBus: bus, linkService: links });
  const viewer = new PDFViewer({
    container,
    viewer: inner,
    eventBus: bus,
    linkService: links,
    findController: find,
    l10n: SILENT,
    textLayerMode: TEXT_LAYER,
    annotationMode: pdfjs.AnnotationMode.ENABLE,
    annotationEditorMode: pdfjs.AnnotationEditorType.DISABLE,
    maxCanvasPixels: MAX_CANVAS_PIXELS,
    removePageBorders: true,
    enableAutoLinking: false,
  } as unknown as ConstructorParameters<typeof PDFViewer>[0]);
  links.setViewer(viewer);
  return viewer;
}

/** Addresses in a document are told and lead nowhere; to its own pages they do. */
class OwnPages extends PDFLinkService {
  override externalLinkEnabled = false;

  override addLinkAttributes(link: HTMLAnchorElement, url: string): void {
    link.removeAttribute('href');
    link.title = url;
  }
}

interface Parts {
  readonly bus: EventBus;
  readonly viewer: PDFViewer;
  readonly file: PDFDocumentProxy;
}

function tools(desk: Desk, lang: Words, { bus, viewer, file }: Parts): void {
  findTools(desk, lang, bus, async () => {
    const { items } = await (await file.getPage(viewer.currentPageNumber)).getTextContent();
    return items.length > 0 || file.numPages > 1;
  });
  desk.gap();
  const field = pageTools(desk, lang, file.numPages, (page) => {
    viewer.currentPageNumber = page;
  });
  bus.on('pagechanging', ({ pageNumber }: { readonly pageNumber: number }) => field?.tell(pageNumber));
  const zoomBy = (factor: number, at?: readonly [number, number]) =>
    viewer.updateScale({
      scaleFactor: factor,
      drawingDelay: DRAWING_DELAY,
      ...(at === undefined ? {} : { origin: [...at] }),
    });
  const tell = zoomTools(desk, lang, {
    zoomBy,
    fit: (how) => {
      viewer.currentScaleValue = how === 'width' ? 'page-width' : 'page-fit';
    },
    turn: () => {
      viewer.pagesRotation = (viewer.pagesRotation + 90) % 360;
    },
  });
  bus.on('scalechanging', ({ scale }: { readonly scale: number }) => tell(scale));
  tell(viewer.currentScale);
  zoomByGestures(desk.pane, { zoomBy });
  new ResizeObserver(() => {
    // A frame that is not drawn for a moment has no width: pages fitted to it have none, by which they could be fitted again.
    if (desk.pane.clientWidth === 0) return;
    const fitted = viewer.currentScaleValue;
    if (!(viewer.currentScale > 0)) viewer.currentScale = 1;
    if (fitted === 'page-width' || fitted === 'page-fit') viewer.currentScaleValue = fitted;
  }).observe(desk.pane);
  desk.help();
}

/** pdf.js would fetch words of its own; ours are set beside. */
const SILENT = {
  getLanguage: () => 'en',
  getDirection: () => 'ltr',
  get: (_: unknown, __: unknown, fallback = '') => Promise.resolve(fallback),
  translate: () => Promise.resolve(),
  translateOnce: () => Promise.resolve(),
  destroy: () => Promise.resolve(),
  pause: () => undefined,
  resume: () => undefined,
};
