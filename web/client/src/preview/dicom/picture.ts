/** The canvas of a DICOM image and the window it is drawn with. */
import type { DicomImage, PixelArray } from './parse';
import { toRgba, type Window } from './render';

export class Picture {
  readonly canvas: HTMLCanvasElement;
  #image: DicomImage;
  #frame: PixelArray;
  #window: Window;
  #asked = false;
  onWindow: (window: Window) => void = () => undefined;

  constructor(image: DicomImage, frame: PixelArray, window: Window) {
    this.#image = image;
    this.#frame = frame;
    this.#window = window;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'scan';
    this.canvas.width = image.columns;
    this.canvas.height = image.rows;
    this.paint();
  }

  get window(): Window {
    return this.#window;
  }

  set window({ center, width }: Window) {
    this.#window = { center, width: Math.max(1, width) };
    this.onWindow(this.#window);
    this.#paintSoon();
  }

  /** Another image of the same size; its window stays. */
  show(image: DicomImage, frame: PixelArray): void {
    this.#image = image;
    this.#frame = frame;
    this.#paintSoon();
  }

  paint(): void {
    const rgba = toRgba(this.#image, this.#frame, this.#window);
    this.canvas
      .getContext('2d')
      ?.putImageData(new ImageData(rgba, this.#image.columns, this.#image.rows), 0, 0);
  }

  #paintSoon(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.paint();
    });
  }
}
