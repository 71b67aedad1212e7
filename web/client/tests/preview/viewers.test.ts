/** What viewers decide without a page: pages of a TIFF, order of slices, windows, keys, wheels, pdf.js's worker as a classic script. */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { logger } from 'dwv';
import * as UTIF from 'utif2';
import { wheelFactor } from '../../src/preview/desk/gestures';
import { keyName, shortcutOf, type Pressed } from '../../src/preview/desk/keys';
import { factsOf } from '../../src/preview/dicom/facts';
import { openDicom } from '../../src/preview/dicom/parse';
import { presetsOf } from '../../src/preview/dicom/presets';
import { stackOf, stacksOf } from '../../src/preview/dicom/stack';
import { filesOf, unpacked } from '../../src/preview/dicom/study';
import { slidersAt, windowAt } from '../../src/preview/dicom/windowing';
import { classicScript } from '../../src/preview/pdf/port';
import { PreviewError } from '../../src/preview/protocol';
import { tiffPages } from '../../src/preview/tiff/chain';
import { wordsOf } from '../../src/preview/words';
import { sampleDicom, sampleTiff } from '../../src/ui/gallery/viewerFiles';

beforeAll(() => {
  logger.level = logger.levels.ERROR;
});

const codeOf = (work: () => unknown) => {
  try {
    return work();
  } catch (cause) {
    return cause instanceof PreviewError ? cause.code : cause;
  }
};

describe('TIFF', () => {
  it('finds every page, and the decoder draws it', () => {
    const bytes = sampleTiff([0, 128, 200]);
    expect(tiffPages(bytes).map(({ width, height, index }) => [width, height, index])).toEqual([
      [60, 80, 0],
      [60, 80, 1],
      [60, 80, 2],
    ]);
    const second = UTIF.decode(bytes.buffer)[1] ?? {};
    UTIF.decodeImage(bytes.buffer, second);
    expect([...UTIF.toRGBA8(second).subarray(0, 4)]).toEqual([128, 128, 128, 255]);
  });

  it.each([
    ['a circle', sampleTiff([0, 1], (page, usual) => (page === 1 ? 8 : usual)), 'malformed'],
    ['an end outside of the file', sampleTiff([0], () => 1 << 30), 'malformed'],
    ['no page', sampleTiff([]), 'malformed'],
    ['600 pages', sampleTiff(Array.from({ length: 600 }, () => 0)), 'too_large'],
    ['a page of four billion pixels', wide(), 'too_large'],
  ])('refuses %s before a decoder sees it', (_, bytes, code) => {
    expect(codeOf(() => tiffPages(bytes))).toBe(code);
  });

  function wide(): Uint8Array {
    const bytes = sampleTiff([0]);
    const view = new DataView(bytes.buffer);
    for (const entry of [10, 22]) view.setUint32(entry + 8, 65_535, true);
    return bytes;
  }
});

describe('DICOM', () => {
  const words = wordsOf('en');

  it('tells what the file says in plain words', () => {
    expect(factsOf(openDicom(sampleDicom()), words, 'en').slice(0, 4)).toEqual([
      { term: 'Patient', text: 'Claire DELMAS' },
      { term: 'Sex', text: 'Female' },
      { term: 'Date of the examination', text: 'March 1, 2026' },
      { term: 'Kind of image', text: 'CT' },
    ]);
  });

  it('stacks the frames of a file, and the slices of a series in space, whatever their numbers', async () => {
    expect(stackOf(openDicom(sampleDicom({ frames: 5 }))).slices).toHaveLength(5);
    const slices = [
      { number: 1, position: 20 },
      { number: 2, position: -4 },
      { number: 3, position: 7.5 },
    ].map((slice) => openDicom(sampleDicom(slice)));
    const [stack, ...others] = stacksOf(slices);
    expect(others).toEqual([]);
    expect(stack?.slices.map(({ file }) => file.texts('00200013')[0])).toEqual(['2', '3', '1']);
    expect((await stack?.slices[0]?.frame())?.length).toBe(96 * 96);
  });

  it('opens the images of an archive and nothing else', async () => {
    const entry = sampleDicom({ number: 4 });
    const archive = zipSync({
      'IMG/0001': entry,
      'viewer.exe': entry,
      DICOMDIR: entry,
      notes: new Uint8Array(9),
    });
    const contents = await unpacked(archive);
    expect(contents).toHaveLength(2);
    const broken = entry.slice(0, 400);
    expect(filesOf([...contents, broken])).toMatchObject({ files: [{}], skipped: 1 });
    await expect(unpacked(archive.slice(0, 300))).rejects.toMatchObject({ code: 'malformed' });
  });

  it('offers the windows of computed tomography for it alone', () => {
    const { image } = openDicom(sampleDicom());
    const frame = Int16Array.of(-1000, 700);
    expect(presetsOf(image, frame, 'CT').map(({ name }) => name)).toEqual([
      ...['file', 'full', 'soft', 'lung', 'bone', 'brain', 'liver'],
    ]);
    expect(presetsOf(image, frame, 'MR')).toEqual([
      { name: 'file', window: { center: 40, width: 400 } },
      { name: 'full', window: { center: -150, width: 1700 } },
    ]);
  });

  it('leads the sliders where the window is, and back', () => {
    const initial = { center: 40, width: 400 };
    expect(windowAt(initial, 25, 50)).toEqual({ center: -60, width: 200 });
    expect(slidersAt(initial, windowAt(initial, 25, 50))).toEqual({ bright: 25, contrast: 50 });
  });
});

describe('keys', () => {
  const run = () => undefined;
  const find = { keys: ['/', 'mod+f'], label: 'Search', run };
  const turn = { keys: ['r'], label: 'Rotate', run };
  const press = (key: string, held: Partial<Pressed> = {}, typing = false) =>
    shortcutOf([find, turn], { key, ctrlKey: false, metaKey: false, altKey: false, ...held }, typing);

  it('means a tool, with capitals too, and leaves the browser its own', () => {
    expect(press('R')).toBe(turn);
    expect(press('f', { metaKey: true })).toBe(find);
    expect(press('r', { ctrlKey: true })).toBeUndefined();
    expect(press('/', { altKey: true })).toBeUndefined();
  });

  it('lets people type', () => {
    expect(press('r', {}, true)).toBeUndefined();
    expect(press('f', { ctrlKey: true }, true)).toBe(find);
  });

  it('is named as on keyboards', () => {
    expect(['mod+f', 'ArrowLeft', 'r', '?'].map(keyName)).toEqual(['Ctrl + F', '←', 'R', '?']);
  });
});

it('zooms as far by a notch as by the small steps of a trackpad', () => {
  expect(wheelFactor(-40, 0)).toBeCloseTo(wheelFactor(-4, 0) ** 10);
  expect(wheelFactor(-1, 1)).toBeCloseTo(wheelFactor(-40, 0));
  expect(wheelFactor(-1e9, 0)).toBeLessThan(1.2);
});

it('starts pdf.js’s worker as a classic script', () => {
  const module = readFileSync(
    new URL('../../node_modules/pdfjs-dist/legacy/build/pdf.worker.min.mjs', import.meta.url),
    'utf8',
  );
  expect(() => new Script(module)).toThrow();
  expect(() => new Script(classicScript(module))).not.toThrow();
});
