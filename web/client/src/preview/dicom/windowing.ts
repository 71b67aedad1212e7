/** Brightness and contrast of a grey image: sliders, keys, presets, and dragging as in radiology viewers. */
import type { Desk } from '../desk/desk';
import type { Words } from '../words';
import type { Picture } from './picture';
import type { Preset } from './presets';
import type { Window } from './render';

/** Of a slider's hundred, a key's step. */
const STEP = 5;

export function windowTools(
  desk: Desk,
  lang: Words,
  picture: Picture,
  presets: readonly Preset[],
): readonly HTMLElement[] {
  const initial = picture.window;
  const bright = slider(lang.brightness, -100, 100, 0);
  const contrast = slider(lang.contrast, -100, 100, 0);
  const apply = () => {
    picture.window = windowAt(initial, bright.input.valueAsNumber, contrast.input.valueAsNumber);
  };
  bright.input.addEventListener('input', apply);
  contrast.input.addEventListener('input', apply);
  const choice = presetChoice(desk, lang, picture, presets);
  picture.onWindow = (window) => {
    const at = slidersAt(initial, window);
    bright.input.value = String(at.bright);
    contrast.input.value = String(at.contrast);
    choice.tell(window);
  };
  const step = (of: HTMLInputElement, by: number) => () => {
    of.value = String(of.valueAsNumber + by);
    apply();
  };
  desk.keys({ keys: ['k'], label: lang.brighter, run: step(bright.input, STEP) });
  desk.keys({ keys: ['j'], label: lang.darker, run: step(bright.input, -STEP) });
  desk.keys({ keys: ['l'], label: lang.moreContrast, run: step(contrast.input, STEP) });
  desk.keys({ keys: ['h'], label: lang.lessContrast, run: step(contrast.input, -STEP) });
  const reset = () => {
    picture.window = initial;
  };
  desk.tool({ icon: 'reset', label: lang.reset, keys: ['x'], run: reset });
  return [...(presets.length > 1 ? [choice.label] : []), bright.label, contrast.label];
}

/** Pure: where the sliders lead, from −100 to 100; contrast doubles with every 50. */
export function windowAt({ center, width }: Window, bright: number, contrast: number): Window {
  return { center: center - (bright / 100) * width, width: width * 4 ** (-contrast / 100) };
}

/** Reverse of `windowAt`, rounded. */
export function slidersAt(
  { center, width }: Window,
  window: Window,
): { readonly bright: number; readonly contrast: number } {
  return {
    bright: Math.round(((center - window.center) / width) * 100),
    contrast: Math.round((-Math.log(window.width / width) / Math.log(4)) * 100),
  };
}

function presetChoice(desk: Desk, lang: Words, picture: Picture, presets: readonly Preset[]) {
  const label = document.createElement('label');
  const text = document.createElement('span');
  text.textContent = lang.preset;
  const select = document.createElement('select');
  presets.forEach(({ name, window }, index) => {
    select.append(new Option(lang.presets[name], name));
    const run = () => {
      picture.window = window;
    };
    if (presets.length > 1) {
      desk.keys({ keys: [String(index + 2)], label: lang.presetNamed(lang.presets[name]), run });
    }
  });
  const free = new Option('–', '');
  free.hidden = true;
  select.append(free);
  select.addEventListener('change', () => {
    const chosen = presets.find(({ name }) => name === select.value);
    if (chosen !== undefined) picture.window = chosen.window;
  });
  label.append(text, select);
  const tell = ({ center, width }: Window) => {
    const known = presets.find(({ window }) => window.center === center && window.width === width);
    select.value = known?.name ?? '';
  };
  return { label, tell };
}

/** Right and left change contrast, up and down brightness. */
export function dragWindow(picture: Picture, wanted: () => boolean): void {
  const { canvas, window: initial } = picture;
  let from: { readonly x: number; readonly y: number; readonly window: Window } | null = null;
  canvas.addEventListener('pointerdown', (event) => {
    if (!wanted() || !event.isPrimary || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, window: picture.window };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!from || !event.isPrimary) return;
    const span = Math.max(200, canvas.clientWidth);
    picture.window = {
      center: from.window.center + ((event.clientY - from.y) * initial.width) / span,
      width: from.window.width * 2 ** (-(event.clientX - from.x) / span),
    };
  });
  const stop = () => {
    from = null;
  };
  canvas.addEventListener('pointerup', stop);
  canvas.addEventListener('pointercancel', stop);
}

export function slider(name: string, min: number, max: number, value: number) {
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
