/** Frames of a DICOM image, decoded on demand; the last few are kept. Samples come out as the file means them. */
import { PreviewError } from '../protocol';
import { decodeJpeg } from './jpeg';
import { decodeJpeg2000 } from './jpeg2000';
import { decodeLossless } from './lossless';
import type { DicomImage, PixelArray } from './parse';
import { decodeRle } from './rle';

const KEPT = 8;

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
    return Math.max(1, Math.min(frames, Math.floor((data[0]?.length ?? 0) / frameLength(this.#image))));
  }

  async frame(index: number): Promise<PixelArray> {
    const known = this.#kept.get(index);
    if (known) return known;
    const samples = storedSamples(await this.#read(index), this.#image);
    if (samples.length < frameLength(this.#image)) throw new PreviewError('malformed');
    this.#kept.set(index, samples);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return samples;
  }

  async #read(index: number): Promise<PixelArray> {
    const { codec, data, rows, columns, samples, bitsAllocated, signed, photometric } = this.#image;
    const length = frameLength(this.#image);
    const raw = codec === 'none' ? data[0]?.subarray(index * length, (index + 1) * length) : data[index];
    if (!raw) throw new PreviewError('malformed');
    const bytes = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
    switch (codec) {
      case 'none':
        return raw;
      case 'rle': {
        const decoded = decodeRle(bytes, rows * columns, samples, bitsAllocated === 16 ? 2 : 1);
        return typed(decoded, bitsAllocated, signed);
      }
      case 'jpeg':
        return decodeJpeg(bytes, rows, columns, samples, photometric === 'RGB');
      case 'jpeg2000':
        return decodeJpeg2000(bytes);
      case 'lossless':
        return decodeLossless(bytes, bitsAllocated, signed);
    }
  }
}

/** Samples in one frame. Uncompressed 4:2:2 colour holds two a pixel. */
function frameLength({ rows, columns, samples, codec, photometric }: DicomImage): number {
  return rows * columns * (codec === 'none' && photometric === 'YBR_FULL_422' ? 2 : samples);
}

function typed(bytes: Uint8Array<ArrayBuffer>, bits: 8 | 16, signed: boolean): PixelArray {
  if (bits === 8) return signed ? new Int8Array(bytes.buffer) : bytes;
  return signed ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer);
}

/**
 * Keeps the stored bits only (older files hide overlays above them) and extends the sign, which some encoders leave out:
 * 7189 in 13 signed bits is −1003.
 */
export function storedSamples(
  samples: PixelArray,
  image: Pick<DicomImage, 'bitsAllocated' | 'bitsStored' | 'signed' | 'samples'>,
): PixelArray {
  const { bitsAllocated, bitsStored, signed } = image;
  if (image.samples !== 1 || bitsAllocated !== 16 || bitsStored >= 16) return samples;
  const spare = 32 - bitsStored;
  const out = signed ? new Int16Array(samples.length) : new Uint16Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) {
    const shifted = (samples[index] ?? 0) << spare;
    out[index] = signed ? shifted >> spare : shifted >>> spare;
  }
  return out;
}
