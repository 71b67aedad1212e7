/**
 * Pictures one below the other, drawn when they come near the pane and dropped when far; zoom about a point, rotation.
 *
 * Turning and zooming change styles alone: nothing is decoded or drawn again.
 */
import type { Zoomable } from './gestures';

export interface Sheet {
  /** Pixels of the picture as it is, not turned. */
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly draw: () => Promise<HTMLCanvasElement>;
}

export const MAX_ZOOM = 16;
const MARGIN = 16;

type Fit = 'width' | 'page' | 'free';

export class Sheets implements Zoomable {
  readonly #pane: HTMLElement;
  readonly #boxes: readonly SheetBox[];
  #scale = 1;
  #turns = 0;
  #fit: Fit = 'width';
  onZoom: (scale: number) => void = () => undefined;

  constructor(pane: HTMLElement, sheets: readonly Sheet[]) {
    this.#pane = pane;
    const list = document.createElement('div');
    list.className = 'sheets';
    this.#boxes = sheets.map((sheet) => new SheetBox(sheet));
    list.append(...this.#boxes.map(({ box }) => box));
    pane.append(list);
    const known = new Map(this.#boxes.map((one) => [one.box as Element, one]));
    const near = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const one = known.get(entry.target);
          if (entry.isIntersecting) void one?.draw();
          else one?.drop();
        }
      },
      { root: pane, rootMargin: '100% 0px' },
    );
    for (const { box } of this.#boxes) near.observe(box);
    new ResizeObserver(() => this.#refit()).observe(pane);
    this.#refit();
  }

  get scale(): number {
    return this.#scale;
  }

  /** CSS pixels of all of it, as it is fitted now. */
  get height(): number {
    return this.#boxes.reduce((sum, { box }) => sum + box.offsetHeight + MARGIN / 2, MARGIN);
  }

  async first(): Promise<void> {
    await this.#boxes[0]?.draw();
  }

  fit(how: Exclude<Fit, 'free'>): void {
    this.#fit = how;
    this.#refit();
  }

  turn(): void {
    this.#turns = (this.#turns + 1) % 4;
    this.#layOut();
    this.#refit();
  }

  readonly zoomBy = (factor: number, at?: readonly [number, number]): void => {
    const pane = this.#pane.getBoundingClientRect();
    const [x, y] = at ?? [pane.left + pane.width / 2, pane.top + pane.height / 2];
    const [left, top] = [x - pane.left, y - pane.top];
    const before = { x: this.#pane.scrollLeft + left, y: this.#pane.scrollTop + top };
    const known = this.#scale;
    this.#fit = 'free';
    this.#setScale(this.#scale * factor);
    const grown = this.#scale / known;
    this.#pane.scrollLeft = before.x * grown - left;
    this.#pane.scrollTop = before.y * grown - top;
  };

  #refit(): void {
    if (this.#fit === 'free') return;
    const sizes = this.#boxes.map((one) => one.size(this.#turns));
    const width = Math.max(...sizes.map((size) => size.width));
    const height = Math.max(...sizes.map((size) => size.height));
    // Without its scroll bar: which comes and goes with what is fitted.
    const room = Math.max(80, this.#pane.offsetWidth - 2 * MARGIN);
    const byWidth = room / width;
    const byPage = Math.max(40, this.#pane.clientHeight - MARGIN) / height;
    const scale = this.#fit === 'width' ? byWidth : Math.min(byWidth, byPage);
    // A small picture is not blown up by itself.
    this.#setScale(Math.min(scale, this.#fit === 'page' ? 4 : Math.max(1, 320 / width)));
  }

  #setScale(scale: number): void {
    this.#scale = Math.min(MAX_ZOOM, Math.max(0.02, scale));
    this.#layOut();
    this.onZoom(this.#scale);
  }

  #layOut(): void {
    for (const one of this.#boxes) one.layOut(this.#scale, this.#turns);
  }
}

class SheetBox {
  readonly box: HTMLElement;
  readonly #sheet: Sheet;
  #canvas: HTMLCanvasElement | null = null;
  #wanted = false;
  #drawing: Promise<void> | null = null;
  #shape = { scale: 1, turns: 0 };

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
    this.box = document.createElement('div');
    this.box.className = 'sheet';
  }

  size(turns: number): { readonly width: number; readonly height: number } {
    const { width, height } = this.#sheet;
    return turns % 2 === 0 ? { width, height } : { width: height, height: width };
  }

  layOut(scale: number, turns: number): void {
    this.#shape = { scale, turns };
    const { width, height } = this.size(turns);
    this.box.style.width = `${Math.max(1, width * scale)}px`;
    this.box.style.height = `${Math.max(1, height * scale)}px`;
    if (this.#canvas === null) return;
    this.#canvas.style.width = `${this.#sheet.width * scale}px`;
    this.#canvas.style.height = `${this.#sheet.height * scale}px`;
    this.#canvas.style.transform = `translate(-50%, -50%) rotate(${turns * 90}deg)`;
  }

  draw(): Promise<void> {
    this.#wanted = true;
    this.#drawing ??= this.#draw().finally(() => {
      this.#drawing = null;
    });
    return this.#drawing;
  }

  drop(): void {
    this.#wanted = false;
    this.#canvas?.remove();
    this.#canvas = null;
  }

  async #draw(): Promise<void> {
    if (this.#canvas !== null) return;
    let canvas: HTMLCanvasElement;
    try {
      canvas = await this.#sheet.draw();
    } catch {
      // A page that cannot be drawn stays blank; the others and the download remain.
      return;
    }
    if (!this.#wanted) return;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', this.#sheet.label);
    this.#canvas = canvas;
    this.box.replaceChildren(canvas);
    this.layOut(this.#shape.scale, this.#shape.turns);
  }
}
