/**
 * PDF pages on canvases, drawn when they come near the window and dropped when far, so that 1,000 pages cost the memory
 * of a few. No scripting, no forms, no links, no eval; pdf.js's worker code runs in this frame's own thread, since an
 * opaque origin cannot start a worker from our origin.
 */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist';
import type { Shown } from '../stage';
import type { Words } from '../words';
import { openPdf, textOn } from './open';

const MAX_PAGES = 2_000;
const MAX_CANVAS_PIXELS = 16_000_000;
/** More is for the download; each page on its way to paper costs the app some hundred kilobytes. */
const MAX_PRINTED = 200;
/** The short side of A4 at 150 dots an inch. */
const PAPER_PIXELS = 1240;
const MAX_SCALE = 8;

export async function showPdf(bytes: Uint8Array, stage: HTMLElement, lang: Words): Promise<Shown> {
  const file = await openPdf(bytes);
  const total = Math.min(file.numPages, MAX_PAGES);
  const first = await file.getPage(1);
  const ratio = ratioOf(first);
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const page = pages.get(entry.target);
        if (entry.isIntersecting) void page?.draw();
        else page?.drop();
      }
    },
    { rootMargin: '100% 0px' },
  );
  const pages = new Map<Element, Page>();
  for (let number = 1; number <= total; number += 1) {
    const page = new Page(file, number, lang.page(number, file.numPages), ratio);
    pages.set(page.box, page);
    stage.append(page.box);
  }
  await pages.get(stage.children[0] ?? stage)?.draw();
  for (const box of pages.keys()) near.observe(box);
  if (file.numPages > total) {
    const note = document.createElement('p');
    note.className = 'note';
    note.textContent = lang.cut;
    stage.append(note);
  }
  const print: Shown['print'] = async (give) => {
    for (let number = 1; number <= Math.min(total, MAX_PRINTED); number += 1)
      give(await onPaper(file, number));
    if (file.numPages > MAX_PRINTED) give(lang.cut);
  };
  return { pages: file.numPages, height: stage.scrollHeight + 2, print };
}

/** A page as a printer needs it, at most as wide as A4 at 150 dots an inch. */
async function onPaper(file: PDFDocumentProxy, number: number): Promise<ImageBitmap> {
  const page = await file.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(PAPER_PIXELS / Math.min(width, height), MAX_SCALE) });
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(Math.max(1, Math.floor(viewport.width)), 4 * PAPER_PIXELS);
  canvas.height = Math.min(Math.max(1, Math.floor(viewport.height)), 4 * PAPER_PIXELS);
  try {
    await page.render({ canvas, viewport, intent: 'print' }).promise;
  } catch {
    // A page that cannot be drawn stays blank, as on the screen.
  }
  return createImageBitmap(canvas);
}

function ratioOf(page: PDFPageProxy): number {
  const { width, height } = page.getViewport({ scale: 1 });
  return width > 0 && height > 0 ? width / height : 1 / Math.SQRT2;
}

/** One page: a box of the right shape, with a canvas while it is near the window. */
class Page {
  readonly box: HTMLElement;
  readonly #file: PDFDocumentProxy;
  readonly #number: number;
  readonly #label: string;
  #task: RenderTask | null = null;
  #wanted = false;

  constructor(file: PDFDocumentProxy, number: number, label: string, ratio: number) {
    this.#file = file;
    this.#number = number;
    this.#label = label;
    this.box = document.createElement('div');
    this.box.className = 'page';
    this.box.style.aspectRatio = String(ratio);
  }

  async draw(): Promise<void> {
    if (this.#wanted) return;
    this.#wanted = true;
    try {
      const page = await this.#file.getPage(this.#number);
      this.box.style.aspectRatio = String(ratioOf(page));
      await this.#paint(page);
    } catch {
      // A page that cannot be drawn stays blank; the others and the download remain.
    }
  }

  async #paint(page: PDFPageProxy): Promise<void> {
    const base = page.getViewport({ scale: 1 });
    const wanted = (this.box.clientWidth / base.width) * Math.min(window.devicePixelRatio, 3);
    const allowed = Math.sqrt(MAX_CANVAS_PIXELS / (base.width * base.height));
    const viewport = page.getViewport({ scale: Math.min(wanted, allowed) });
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', this.#label);
    if (!this.#wanted) return;
    this.#task = page.render({ canvas, viewport, annotationMode: pdfjs.AnnotationMode.ENABLE });
    await this.#task.promise;
    this.box.replaceChildren(canvas, await textOf(page));
  }

  drop(): void {
    this.#wanted = false;
    this.#task?.cancel();
    this.#task = null;
    for (const canvas of this.box.querySelectorAll('canvas')) {
      canvas.width = 0;
      canvas.height = 0;
    }
    this.box.replaceChildren();
  }
}

/** The page's text for screen readers, which cannot read a canvas. */
async function textOf(page: PDFPageProxy): Promise<HTMLElement> {
  const text = document.createElement('div');
  text.className = 'page-text';
  text.textContent = await textOn(page);
  return text;
}
