/** A DICOM image on a canvas: brightness and contrast by drag or sliders, a slider through the frames. Not for diagnosis. */
import type { Shown } from '../stage';
import type { Words } from '../words';
import { Frames } from './frames';
import { parseDicom } from './parse';
import type { DicomImage, PixelArray } from './parse';
import { defaultWindow, isGrey, toRgba } from './render';
import type { Window } from './render';

export async function showDicom(
  bytes: Uint8Array<ArrayBuffer>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  const image = parseDicom(bytes);
  const frames = new Frames(image);
  const view = new View(image, await frames.frame(0), lang);
  view.paint();
  stage.append(view.canvas);
  const controls = document.createElement('div');
  controls.className = 'controls';
  if (frames.count > 1) controls.append(frameSlider(frames, view, lang));
  if (isGrey(image)) {
    controls.append(...windowControls(view, lang));
    dragWindow(view);
  }
  stage.append(controls);
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = isGrey(image) ? `${lang.drag} ${lang.reading}` : lang.reading;
  stage.append(note);
  return { pages: frames.count, height: stage.scrollHeight + 2 };
}

/** The canvas and the window it is drawn with. */
class View {
  readonly canvas: HTMLCanvasElement;
  readonly #image: DicomImage;
  readonly #initial: Window;
  #frame: PixelArray;
  #window: Window;
  #asked = false;
  onWindow: (window: Window) => void = () => undefined;

  constructor(image: DicomImage, frame: PixelArray, lang: Words) {
    this.#image = image;
    this.#frame = frame;
    this.#initial = defaultWindow(image, frame);
    this.#window = this.#initial;
    this.canvas = document.createElement('canvas');
    this.canvas.className = 'scan';
    this.canvas.width = image.columns;
    this.canvas.height = image.rows;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', lang.image);
  }

  get initial(): Window {
    return this.#initial;
  }

  get window(): Window {
    return this.#window;
  }

  set window(window: Window) {
    this.#window = { center: window.center, width: Math.max(1, window.width) };
    this.onWindow(this.#window);
    this.#paintSoon();
  }

  set frame(frame: PixelArray) {
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

function frameSlider(frames: Frames, view: View, lang: Words): HTMLElement {
  const { label, input, text } = slider(lang.frame(1, frames.count), 1, frames.count, 1);
  let wanted = 1;
  input.addEventListener('input', () => {
    wanted = input.valueAsNumber;
    const asked = wanted;
    text.textContent = lang.frame(asked, frames.count);
    frames.frame(asked - 1).then(
      (frame) => {
        // A slower, older frame must not replace the one asked last.
        if (asked === wanted) view.frame = frame;
      },
      () => undefined,
    );
  });
  return label;
}

function windowControls(view: View, lang: Words): readonly HTMLElement[] {
  const { center, width } = view.initial;
  const bright = slider(lang.brightness, -100, 100, 0);
  const contrast = slider(lang.contrast, -100, 100, 0);
  const apply = () => {
    view.window = {
      center: center - (bright.input.valueAsNumber / 100) * width,
      width: width * 4 ** (-contrast.input.valueAsNumber / 100),
    };
  };
  bright.input.addEventListener('input', apply);
  contrast.input.addEventListener('input', apply);
  view.onWindow = (window) => {
    bright.input.value = String(Math.round(((center - window.center) / width) * 100));
    contrast.input.value = String(Math.round((-Math.log(window.width / width) / Math.log(4)) * 100));
  };
  const reset = document.createElement('button');
  reset.type = 'button';
  reset.textContent = lang.reset;
  reset.addEventListener('click', () => {
    view.window = view.initial;
  });
  return [bright.label, contrast.label, reset];
}

/** Right and left change contrast, up and down brightness, as in radiology viewers. */
function dragWindow(view: View): void {
  const { canvas, initial } = view;
  let from: { readonly x: number; readonly y: number; readonly window: Window } | null = null;
  canvas.addEventListener('pointerdown', (event) => {
    from = { x: event.clientX, y: event.clientY, window: view.window };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!from) return;
    const step = initial.width / Math.max(200, canvas.clientWidth);
    view.window = {
      center: from.window.center + (event.clientY - from.y) * step,
      width: from.window.width * 2 ** (-(event.clientX - from.x) / Math.max(200, canvas.clientWidth)),
    };
  });
  const stop = () => {
    from = null;
  };
  canvas.addEventListener('pointerup', stop);
  canvas.addEventListener('pointercancel', stop);
}

function slider(name: string, min: number, max: number, value: number) {
  const label = document.createElement('label');
  const text = document.createElement('span');
  text.textContent = name;
  const input = document.createElement('input');
  input.type = 'range';
  input.min = String(min);
  input.max = String(max);
  input.value = String(value);
  label.append(text, input);
  return { label, input, text };
}
