/**
 * DICOM images: window and level, a slider through frames and slices, what the file says, zoom and rotation. Not for diagnosis.
 */
import { localeOf } from '../../i18n/locale';
import { Desk, openDialog } from '../desk/desk';
import { Sheets } from '../desk/sheets';
import { sheetTools } from '../desk/sheetTools';
import { PreviewError } from '../protocol';
import type { Shown } from '../stage';
import type { Words } from '../words';
import { factsOf } from './facts';
import { openDicom, type DicomFile } from './parse';
import { Picture } from './picture';
import { presetsOf } from './presets';
import { defaultWindow, isGrey } from './render';
import { stackOf, type Slice, type Stack } from './stack';
import { dragWindow, slider, windowTools } from './windowing';

/** Pixels of a wheel that lead to the next image. */
const NOTCH = 40;

export async function showDicom(
  bytes: Uint8Array<ArrayBuffer>,
  stage: HTMLElement,
  lang: Words,
): Promise<Shown> {
  return showStacks([stackOf(openDicom(bytes))], stage, lang, 0);
}

/** The first of the stacks, and a list to choose another. Raises PreviewError. */
export async function showStacks(
  stacks: readonly Stack[],
  stage: HTMLElement,
  lang: Words,
  skipped: number,
): Promise<Shown> {
  let shown = await showStack(stacks, 0);
  return { pages: shown.count, height: shown.height, print: (give) => shown.print(give) };

  async function showStack(from: readonly Stack[], index: number) {
    const stack = from[index];
    const first = stack?.slices[0];
    if (stack === undefined || first === undefined) throw new PreviewError('malformed');
    const { image } = first.file;
    const frame = await first.frame();
    const picture = new Picture(image, frame, defaultWindow(image, frame));
    const desk = new Desk(stage, lang);
    const controls = document.createElement('div');
    controls.className = 'controls';
    const { columns: width, rows: height } = image;
    const draw = () => Promise.resolve(picture.canvas);
    const sheets = new Sheets(desk.pane, [{ width, height, label: lang.image, draw }]);
    const stacked = sliceTools(desk, lang, stack.slices, picture);
    if (stacked !== undefined) controls.append(stacked.label);
    const adjusts = grey(desk, lang, { picture, first, frame, controls });
    sheetTools(desk, lang, sheets, () => !adjusts());
    factTool(desk, lang, stage, () => stacked?.current() ?? first.file);
    desk.help();
    if (from.length > 1) {
      controls.prepend(
        seriesChoice(lang, from, index, (chosen) => {
          void showStack(from, chosen).then((next) => {
            shown = next;
          });
        }),
      );
    }
    if (controls.childElementCount > 0) desk.row(controls);
    notes(stage, [lang.reading, ...(skipped > 0 ? [lang.skipped(skipped)] : [])]);
    sheets.fit('page');
    await sheets.first();
    const print: Shown['print'] = async (give) => give(await createImageBitmap(picture.canvas));
    return { count: stack.slices.length, height: desk.heightFor(Math.max(sheets.height, 420)), print };
  }
}

interface GreyParts {
  readonly picture: Picture;
  readonly first: Slice;
  readonly frame: Awaited<ReturnType<Slice['frame']>>;
  readonly controls: HTMLElement;
}

/** What only grey images have; says whether dragging adjusts now. */
function grey(desk: Desk, lang: Words, { picture, first, frame, controls }: GreyParts): () => boolean {
  if (!isGrey(first.file.image)) return () => false;
  let adjusts = true;
  desk.pane.classList.add('adjusting');
  desk.toggle({ icon: 'adjust', label: lang.adjust, keys: ['a'] }, true, (on) => {
    adjusts = on;
    desk.pane.classList.toggle('adjusting', on);
  });
  const modality = first.file.texts('00080060')[0] ?? '';
  const presets = presetsOf(first.file.image, frame, modality);
  controls.append(...windowTools(desk, lang, picture, presets));
  dragWindow(picture, () => adjusts);
  return () => adjusts;
}

interface Stacked {
  readonly label: HTMLElement;
  readonly current: () => DicomFile;
}

/** A slider, the wheel and keys through the images; undefined for a single one. */
function sliceTools(
  desk: Desk,
  lang: Words,
  slices: readonly Slice[],
  picture: Picture,
): Stacked | undefined {
  const total = slices.length;
  if (total < 2) return undefined;
  const { label, input, text } = slider(lang.frame(1, total), 1, total, 1);
  let wanted = 1;
  const go = (to: number) => {
    wanted = Math.min(total, Math.max(1, to));
    const asked = wanted;
    input.value = String(asked);
    text.textContent = lang.frame(asked, total);
    const slice = slices[asked - 1];
    slice?.frame().then(
      (frame) => {
        // A slower, older frame must not replace the one asked last.
        if (asked === wanted) picture.show(slice.file.image, frame);
      },
      () => undefined,
    );
  };
  input.addEventListener('input', () => go(input.valueAsNumber));
  desk.tool({ icon: 'left', label: lang.frameBefore, keys: ['p', 'PageUp'], run: () => go(wanted - 1) });
  desk.tool({ icon: 'right', label: lang.frameAfter, keys: ['n', 'PageDown'], run: () => go(wanted + 1) });
  let rolled = 0;
  const roll = (event: WheelEvent) => {
    if (event.ctrlKey) return;
    event.preventDefault();
    rolled += event.deltaMode === 0 ? event.deltaY : event.deltaY * NOTCH;
    const steps = Math.trunc(rolled / NOTCH);
    if (steps === 0) return;
    rolled -= steps * NOTCH;
    go(wanted + steps);
  };
  desk.pane.addEventListener('wheel', roll, { passive: false });
  return { label, current: () => slices[wanted - 1]?.file as DicomFile };
}

function factTool(desk: Desk, lang: Words, stage: HTMLElement, file: () => DicomFile): void {
  const run = () => {
    const list = document.createElement('dl');
    for (const { term, text } of factsOf(file(), lang, localeOf(lang.language))) {
      const name = document.createElement('dt');
      name.textContent = term;
      const value = document.createElement('dd');
      value.textContent = text;
      list.append(name, value);
    }
    openDialog(stage, { title: lang.facts, close: lang.close }, [list]);
  };
  desk.gap();
  desk.tool({ icon: 'facts', label: lang.facts, keys: ['i'], run });
}

function seriesChoice(
  lang: Words,
  stacks: readonly Stack[],
  current: number,
  choose: (index: number) => void,
): HTMLElement {
  const label = document.createElement('label');
  const text = document.createElement('span');
  text.textContent = lang.series;
  const select = document.createElement('select');
  stacks.forEach(({ name, slices }, index) => {
    select.append(new Option(`${index + 1}. ${name} (${slices.length})`, String(index)));
  });
  select.value = String(current);
  select.addEventListener('change', () => choose(Number(select.value)));
  label.append(text, select);
  return label;
}

function notes(stage: HTMLElement, texts: readonly string[]): void {
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = texts.join(' ');
  stage.append(note);
}
