/** Real images of pydicom, with sample values that pydicom itself reads (numpy, pylibjpeg-openjpeg) as the reference. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { logger } from 'dwv';
import { Frames, storedSamples } from '../../src/preview/dicom/frames';
import { parseDicom } from '../../src/preview/dicom/parse';
import { defaultWindow, toRgba } from '../../src/preview/dicom/render';
import { decodeRle } from '../../src/preview/dicom/rle';
import { PreviewError } from '../../src/preview/protocol';

const library = join(import.meta.dirname, '../../../../.venv/lib');
const python = readdirSync(library).find((name) => name.startsWith('python3')) ?? '';
const FILES = join(library, python, 'site-packages/pydicom/data/test_files');

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(FILES, name)));
}

async function statistics(name: string) {
  const image = parseDicom(bytesOf(name));
  const samples = await new Frames(image).frame(0);
  let sum = 0;
  for (const value of samples.subarray(0, image.rows * image.columns * image.samples)) sum += value;
  const middle = Math.floor((image.rows * image.columns * image.samples) / 2);
  return {
    mean: Number((sum / (image.rows * image.columns * image.samples)).toFixed(2)),
    middle: Array.from(samples.subarray(middle, middle + 6)),
  };
}

beforeAll(() => {
  logger.level = logger.levels.ERROR;
});

describe('samples equal pydicom’s', () => {
  it.each([
    ['MR_small.dcm', 518.88, [482, 433, 382, 322, 323, 307]],
    ['MR_small_RLE.dcm', 518.88, [482, 433, 382, 322, 323, 307]],
    ['MR_small_bigendian.dcm', 518.88, [482, 433, 382, 322, 323, 307]],
    ['MR_small_jp2klossless.dcm', 518.88, [482, 433, 382, 322, 323, 307]],
    ['693_J2KI.dcm', -8.32, [160, 144, 129, 113, 98, 82]],
    ['J2K_pixelrep_mismatch.dcm', -658.44, [-1003, -1003, -1002, -1002, -1001, -1001]],
    ['examples_jpeg2k.dcm', 34.53, [0, 0, 0, 0, 0, 0]],
    ['SC_rgb_rle_16bit_2frame.dcm', 32818.9, [32896, 32896, 65535, 32896, 32896, 65535]],
  ])('%s', async (name, mean, middle) => {
    expect(await statistics(name)).toEqual({ mean, middle });
  });
});

describe('drawing', () => {
  it('uses the whole range of a CT without a window of its own', async () => {
    const image = parseDicom(bytesOf('CT_small.dcm'));
    const frame = await new Frames(image).frame(0);
    const rgba = toRgba(image, frame, defaultWindow(image, frame));
    expect(rgba).toHaveLength(128 * 128 * 4);
    expect(Math.min(...rgba.filter((_, index) => index % 4 === 0))).toBe(0);
    expect(Math.max(...rgba.filter((_, index) => index % 4 === 0))).toBe(255);
  });

  it('converts subsampled YBR to the colours of the RGB original', async () => {
    const image = parseDicom(bytesOf('SC_ybr_full_422_uncompressed.dcm'));
    const frame = await new Frames(image).frame(0);
    const rgba = toRgba(image, frame, { center: 0, width: 1 });
    const [red = 0, green = 0, blue = 0] = rgba.subarray((5 * 100 + 50) * 4);
    expect(red).toBeGreaterThan(250);
    expect(green + blue).toBeLessThan(10);
  });

  it('counts the frames of a film', () => {
    expect(new Frames(parseDicom(bytesOf('examples_ybr_color.dcm'))).count).toBe(30);
  });
});

describe('stored bits', () => {
  it('drops overlay bits and extends the sign', () => {
    const base = { bitsAllocated: 16, samples: 1 } as const;
    expect([...storedSamples(new Uint16Array([0xf00f]), { ...base, bitsStored: 12, signed: false })]).toEqual(
      [0x00f],
    );
    expect([...storedSamples(new Uint16Array([7189]), { ...base, bitsStored: 13, signed: true })]).toEqual([
      -1003,
    ]);
  });
});

describe('refusals', () => {
  const codeOf = (work: () => unknown) => {
    try {
      work();
    } catch (cause) {
      return cause instanceof PreviewError ? cause.code : cause;
    }
    return 'none';
  };

  it.each([
    ['rtplan.dcm', 'unsupported'],
    ['rtdose.dcm', 'unsupported'],
    ['liver_1frame.dcm', 'unsupported'],
    ['JPEG-lossy.dcm', 'unsupported'],
    ['JPEGLSNearLossless_08.dcm', 'unsupported'],
    ['rtplan_truncated.dcm', 'malformed'],
  ])('%s is %s', (name, code) => {
    expect(codeOf(() => parseDicom(bytesOf(name)))).toBe(code);
  });

  it('never lets a cut file through as anything but a typed error or a full frame', async () => {
    const whole = bytesOf('MR_small.dcm');
    for (let part = 1; part < 16; part += 1) {
      const cut = whole.slice(0, Math.floor((whole.length * part) / 16));
      const outcome = await Promise.resolve()
        .then(() => new Frames(parseDicom(cut)).frame(0))
        .then(
          (frame) => frame.length >= 64 * 64,
          (cause: unknown) => cause instanceof PreviewError,
        );
      expect(outcome).toBe(true);
    }
  });

  it('refuses an RLE segment that points outside or ends early', () => {
    const raw = new Uint8Array(66);
    const view = new DataView(raw.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(4, 200, true);
    expect(codeOf(() => decodeRle(raw, 4, 1, 1))).toBe('malformed');
    view.setUint32(4, 64, true);
    raw.set([0xff, 7], 64);
    expect(codeOf(() => decodeRle(raw, 4, 1, 1))).toBe('malformed');
    expect([...decodeRle(raw, 2, 1, 1)]).toEqual([7, 7]);
  });
});
