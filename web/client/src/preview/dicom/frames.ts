/**
 * Frames of a DICOM image, decoded on demand. Decoders are dwv's worker scripts (kept with dwv, GPL-3.0), started from a
 * blob since an opaque origin cannot start a worker from our address; a decoder that takes too long is ended.
 */
import { PreviewError } from '../protocol';
import type { Codec, DicomImage, PixelArray } from './parse';

const PATIENCE = 20_000;
const KEPT = 8;

const SCRIPTS: Record<Exclude<Codec, 'none'>, () => Promise<{ default: string }>> = {
  jpegbaseline: () => import('../../../node_modules/dwv/dist/assets/workers/jpegbaseline.worker.min.js?raw'),
  jpegloss: () => import('../../../node_modules/dwv/dist/assets/workers/jpegloss.worker.min.js?raw'),
  jpeg2000: () => import('../../../node_modules/dwv/dist/assets/workers/jpeg2000.worker.min.js?raw'),
  rle: () => import('../../../node_modules/dwv/dist/assets/workers/rle.worker.min.js?raw'),
};

export class Frames {
  readonly #image: DicomImage;
  readonly #kept = new Map<number, PixelArray>();

  constructor(image: DicomImage) {
    this.#image = image;
  }

  /** How many there really are: no more than the data holds. */
  get count(): number {
    const { codec, data, frames } = this.#image;
    if (codec !== 'none') return Math.min(frames, data.length);
    return Math.max(1, Math.min(frames, Math.floor((data[0]?.length ?? 0) / this.#frameLength())));
  }

  async frame(index: number): Promise<PixelArray> {
    const { codec, data } = this.#image;
    if (codec === 'none') {
      const length = this.#frameLength();
      const all = data[0];
      if (!all || all.length < length) throw new PreviewError('malformed');
      return all.subarray(index * length, (index + 1) * length);
    }
    const known = this.#kept.get(index);
    if (known) return known;
    const raw = data[index];
    if (!raw) throw new PreviewError('malformed');
    const decoded = await decode(codec, raw, this.#image);
    if (decoded.length < this.#frameLength()) throw new PreviewError('unsupported');
    this.#kept.set(index, decoded);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return decoded;
  }

  /** Samples in one frame. Uncompressed 4:2:2 colour holds two a pixel. */
  #frameLength(): number {
    const { rows, columns, samples, codec, photometric } = this.#image;
    return rows * columns * (codec === 'none' && photometric === 'YBR_FULL_422' ? 2 : samples);
  }
}

async function decode(codec: Exclude<Codec, 'none'>, raw: PixelArray, image: DicomImage): Promise<PixelArray> {
  const { default: script } = await SCRIPTS[codec]();
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  try {
    return await new Promise<PixelArray>((resolve, reject) => {
      const fail = () => reject(new PreviewError('unsupported'));
      setTimeout(fail, PATIENCE);
      worker.onerror = (event) => {
        event.preventDefault();
        fail();
      };
      worker.onmessage = (event: MessageEvent<unknown>) => {
        const [first] = Array.isArray(event.data) ? (event.data as unknown[]) : [];
        if (first instanceof Uint8Array || first instanceof Int8Array || first instanceof Uint16Array || first instanceof Int16Array) resolve(first);
        else fail();
      };
      const meta = {
        bitsAllocated: image.bitsAllocated,
        isSigned: image.signed,
        sliceSize: image.rows * image.columns,
        samplesPerPixel: image.samples,
        // The RLE decoder then writes interleaved samples, whatever the file's planes.
        planarConfiguration: 0,
      };
      worker.postMessage({ buffer: raw.slice(), meta });
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}
