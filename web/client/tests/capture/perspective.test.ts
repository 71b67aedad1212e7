/** A sheet seen at an angle is drawn flat; pages keep their order. */
import { PDFDocument } from '@cantoo/pdf-lib';
import { describe, expect, it } from 'vitest';
import { pdfOf } from '../../src/capture/pdf.ts';
import { flat, flatSize } from '../../src/capture/perspective.ts';
import { dropped, isWhole, moved, WHOLE, withCorner, type Corners } from '../../src/ui/capturedPages';
import { JPEG_2_BY_3 } from './tiny_jpeg.ts';

const PHOTO = { width: 200, height: 160 };
const SHEET: Corners = [
  { x: 0.1, y: 0.35 },
  { x: 0.9, y: 0.05 },
  { x: 0.95, y: 0.95 },
  { x: 0.25, y: 0.6 },
];

/** Each pixel tells where it is. */
function gradient() {
  const data = new Uint8ClampedArray(PHOTO.width * PHOTO.height * 4);
  for (let at = 0; at < data.length / 4; at++) {
    data.set([at % PHOTO.width, Math.floor(at / PHOTO.width), 7, 255], at * 4);
  }
  return { ...PHOTO, data };
}

describe('a sheet', () => {
  it('is drawn corner to corner, with the middle where its diagonals cross', () => {
    const size = { width: 101, height: 101 };
    const { data } = flat(gradient(), SHEET, size);
    const at = (x: number, y: number) => [...data.subarray((y * 101 + x) * 4, (y * 101 + x) * 4 + 2)];
    const near = (found: readonly number[], x: number, y: number) => {
      expect(Math.abs((found[0] ?? 0) - x)).toBeLessThanOrEqual(4);
      expect(Math.abs((found[1] ?? 0) - y)).toBeLessThanOrEqual(4);
    };
    near(at(0, 0), 20, 56);
    near(at(100, 0), 180, 8);
    near(at(100, 100), 190, 152);
    near(at(0, 100), 50, 96);
    // Where the lines of corners 1–3 and 2–4 meet, which a map that is not projective misses.
    near(at(50, 50), 68.1, 82.9);
  });

  it('has the size that its edges have in the photo, within the limit', () => {
    expect(flatSize(WHOLE, PHOTO, 1000)).toEqual(PHOTO);
    expect(flatSize(WHOLE, PHOTO, 100)).toEqual({ width: 100, height: 80 });
    expect(flatSize(SHEET, PHOTO, 1000)).toEqual({ width: 167, height: 144 });
  });
});

describe('corners', () => {
  it('stay inside the photo and do not fold the sheet', () => {
    expect(withCorner(WHOLE, 0, { x: -1, y: 0.3 })[0]).toEqual({ x: 0, y: 0.3 });
    expect(withCorner(WHOLE, 0, { x: 0.9, y: 0.9 })).toBe(WHOLE);
    expect(withCorner(WHOLE, 1, { x: 0, y: 0.01 })).toBe(WHOLE);
    expect(isWhole(withCorner(WHOLE, 2, { x: 0.9, y: 1 }))).toBe(false);
  });
});

describe('pages', () => {
  const pages = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
  const order = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).join('');

  it('are moved one place, and not beyond the ends', () => {
    expect(order(moved(pages, 'b', 1))).toBe('acbd');
    expect(order(moved(pages, 'b', -1))).toBe('bacd');
    expect(order(moved(pages, 'a', -1))).toBe('abcd');
    expect(order(moved(pages, 'd', 1))).toBe('abcd');
  });

  it('are dropped before and behind others', () => {
    expect(order(dropped(pages, new Set(['a']), { id: 'd', where: 'before' }))).toBe('bcad');
    expect(order(dropped(pages, new Set(['d', 'b']), { id: 'a', where: 'after' }))).toBe('abdc');
    expect(order(dropped(pages, new Set(['a']), { id: 'a', where: 'after' }))).toBe('abcd');
  });

  it('become one PDF, each on a sheet of its shape, that does not say when it was made', async () => {
    const pages = (async function* () {
      for (let count = 0; count < 3; count++) yield Promise.resolve(JPEG_2_BY_3);
    })();
    const made = await PDFDocument.load(await pdfOf(pages), { updateMetadata: false });
    expect(made.getPageCount()).toBe(3);
    const { width, height } = made.getPage(0).getSize();
    expect(height / width).toBeCloseTo(1.5, 3);
    expect(Math.max(width, height)).toBeLessThan(842);
    expect([made.getCreationDate(), made.getProducer()]).toEqual([undefined, undefined]);
  });
});
