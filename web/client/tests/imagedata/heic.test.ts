/** HEIC becomes a JPEG where the browser decodes it; Node does not, so that a stand-in does it here. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cleanFile } from '../../src/imagedata/clean.ts';

const HEAD = Uint8Array.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', (letter) => letter.charCodeAt(0));
const photo = (head = HEAD) =>
  new File([head, 'SECRET place'], 'IMG_4711.HEIC', { type: 'image/heic', lastModified: 5 });

/** What canvases drew, as "WIDTHxHEIGHT"; those of more than `most` pixels give nothing, as on a phone. */
let canvases: string[];
let most: number;
let closed: number;

class Canvas {
  private readonly size: readonly [number, number];
  private isDrawn = false;

  constructor(width: number, height: number) {
    this.size = [width, height];
  }

  getContext() {
    return {
      drawImage: (_: unknown, __: number, ___: number, width: number, height: number) => {
        this.isDrawn = width === this.size[0] && height === this.size[1];
      },
    };
  }

  convertToBlob({ type }: { readonly type: string }): Promise<Blob> {
    const [width, height] = this.size;
    if (width * height > most) return Promise.reject(new DOMException('too large', 'IndexSizeError'));
    expect(this.isDrawn).toBe(true);
    canvases.push(`${String(width)}x${String(height)}`);
    return Promise.resolve(new Blob(['\xff\xd8\xff picture'], { type }));
  }
}

function decodes(width: number, height: number) {
  const close = () => void closed++;
  vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width, height, close }));
}

beforeEach(() => {
  [canvases, most, closed] = [[], 8192 * 8192, 0];
  vi.stubGlobal('OffscreenCanvas', Canvas);
});
afterEach(() => void vi.unstubAllGlobals());

describe('a HEIC photo', () => {
  it('becomes a JPEG of the same size, name and time, of which nothing else is left', async () => {
    decodes(4032, 3024);
    const { file, cleaning } = await cleanFile(photo());
    expect(cleaning).toBe('converted');
    expect([file.name, file.type, file.lastModified]).toEqual(['IMG_4711.jpg', 'image/jpeg', 5]);
    expect(await file.text()).not.toContain('SECRET');
    expect([canvases, closed]).toEqual([['4032x3024'], 1]);
  });

  it('of more pixels than the phone draws becomes a smaller one, and never a blank one', async () => {
    decodes(8064, 6048);
    most = 4096 * 4096;
    expect((await cleanFile(photo())).cleaning).toBe('converted');
    expect(canvases).toEqual(['4729x3547']);
  });

  it.each([
    ['no browser decodes', () => vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error()))],
    ['the browser has no decoder for', () => vi.stubGlobal('createImageBitmap', undefined)],
    [
      'no canvas takes',
      () => {
        decodes(400, 300);
        most = 0;
      },
    ],
  ])('that %s stays as it is, and that is said', async (_, given) => {
    given();
    const chosen = photo();
    expect(await cleanFile(chosen)).toEqual({ file: chosen, cleaning: 'heic' });
  });

  it.each(['heix', 'hevc', 'mif1', 'msf1'])('is known by its first bytes: %s', async (brand) => {
    decodes(10, 10);
    const head = Uint8Array.from(`\0\0\0\x18ftyp${brand}`, (letter) => letter.charCodeAt(0));
    expect((await cleanFile(photo(head))).cleaning).toBe('converted');
  });
});
