/**
 * A DICOM file's image, described: dwv parses the data set, this reads the few tags that drawing needs and checks them,
 * since a hostile file may announce anything.
 */
import { DicomParser } from 'dwv';
import { PreviewError } from '../protocol';

export type PixelArray = Uint8Array | Int8Array | Uint16Array | Int16Array;
export type Codec = 'none' | 'jpeg' | 'lossless' | 'jpeg2000' | 'rle';

export interface Palette {
  readonly red: Uint16Array;
  readonly green: Uint16Array;
  readonly blue: Uint16Array;
  readonly first: number;
  readonly bits: number;
}

export interface DicomImage {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly samples: 1 | 3;
  readonly bitsAllocated: 8 | 16;
  /** From 1 to bitsAllocated. */
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly planar: boolean;
  readonly photometric: string;
  readonly slope: number;
  readonly intercept: number;
  readonly window: { readonly center: number; readonly width: number } | null;
  readonly palette: Palette | null;
  readonly codec: Codec;
  /** One entry a frame when compressed, else one for all. */
  readonly data: readonly PixelArray[];
}

const CODECS: Readonly<Record<string, Codec>> = {
  '1.2.840.10008.1.2': 'none',
  '1.2.840.10008.1.2.1': 'none',
  '1.2.840.10008.1.2.2': 'none',
  '1.2.840.10008.1.2.4.50': 'jpeg',
  '1.2.840.10008.1.2.4.51': 'jpeg',
  '1.2.840.10008.1.2.4.57': 'lossless',
  '1.2.840.10008.1.2.4.70': 'lossless',
  '1.2.840.10008.1.2.4.90': 'jpeg2000',
  '1.2.840.10008.1.2.4.91': 'jpeg2000',
  '1.2.840.10008.1.2.5': 'rle',
};

const MAX_FRAME_PIXELS = 64_000_000;
const MAX_FRAMES = 20_000;

/** A file's image with what else it says. */
export interface DicomFile {
  readonly image: DicomImage;
  /** A tag's values (`00100010`), one after the other; empty when it has none that can be read. */
  readonly texts: (tag: string) => readonly string[];
}

/** Raises PreviewError: unsupported, malformed, too_large. */
export function openDicom(bytes: Uint8Array<ArrayBuffer>): DicomFile {
  const file = read(bytes);
  return { image: imageOf(file), texts: file.texts };
}

/** The image alone. */
export function parseDicom(bytes: Uint8Array<ArrayBuffer>): DicomImage {
  return openDicom(bytes).image;
}

function imageOf(file: Reader): DicomImage {
  const pixels = file.pixels();
  const codec = CODECS[file.text('00020010') ?? ''];
  if (codec === undefined || pixels === null) throw new PreviewError('unsupported');
  const rows = file.integer('00280010') ?? 0;
  const columns = file.integer('00280011') ?? 0;
  const frames = file.integer('00280008') ?? 1;
  const samples = file.integer('00280002') ?? 1;
  const bitsAllocated = file.integer('00280100') ?? 16;
  const bitsStored = file.integer('00280101') ?? bitsAllocated;
  if (rows < 1 || columns < 1 || frames < 1) throw new PreviewError('malformed');
  if (rows * columns > MAX_FRAME_PIXELS || frames > MAX_FRAMES) throw new PreviewError('too_large');
  if ((samples !== 1 && samples !== 3) || (bitsAllocated !== 8 && bitsAllocated !== 16))
    throw new PreviewError('unsupported');
  // No decoder at hand was found exact for 12-bit lossy JPEG; where samples do not start at bit 0 is a retired form.
  const alignedLow = (file.integer('00280102') ?? bitsStored - 1) === bitsStored - 1;
  if ((codec === 'jpeg' && bitsAllocated !== 8) || !alignedLow || bitsStored < 1)
    throw new PreviewError('unsupported');
  const photometric = file.text('00280004') ?? 'MONOCHROME2';
  const center = file.number('00281050');
  const width = file.number('00281051');
  return {
    rows,
    columns,
    frames,
    samples,
    bitsAllocated,
    bitsStored,
    photometric,
    codec,
    signed: file.integer('00280103') === 1,
    planar: samples === 3 && file.integer('00280006') === 1,
    slope: file.number('00281053') ?? 1,
    intercept: file.number('00281052') ?? 0,
    window: center !== null && width !== null && width >= 1 ? { center, width } : null,
    palette: photometric === 'PALETTE COLOR' ? paletteOf(file) : null,
    data: pixels,
  };
}

interface Reader {
  readonly text: (tag: string) => string | null;
  readonly number: (tag: string) => number | null;
  readonly integer: (tag: string) => number | null;
  readonly texts: (tag: string) => readonly string[];
  readonly words: (tag: string) => Uint16Array | null;
  readonly pixels: () => readonly PixelArray[] | null;
}

function read(bytes: Uint8Array<ArrayBuffer>): Reader {
  const parser = new DicomParser();
  try {
    parser.parse(bytes.buffer);
  } catch (cause) {
    // dwv throws bare errors; the syntax that it cannot read is the one worth telling apart.
    const unsupported =
      cause instanceof Error && cause.message.startsWith('Unsupported DICOM transfer syntax');
    throw new PreviewError(unsupported ? 'unsupported' : 'malformed');
  }
  const elements = parser.getDicomElements() as Readonly<
    Record<string, { readonly value?: unknown } | undefined>
  >;
  const first = (tag: string): unknown => {
    const value = elements[tag]?.value;
    return Array.isArray(value) || ArrayBuffer.isView(value) ? (value as ArrayLike<unknown>)[0] : undefined;
  };
  const number = (tag: string) => {
    const value = Number(first(tag) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  };
  return {
    text: (tag) => {
      const value = first(tag);
      return typeof value === 'string' ? value.trim() : null;
    },
    texts: (tag) => textsOf(elements[tag]?.value),
    number,
    integer: (tag) => {
      const value = number(tag);
      return value !== null && Number.isInteger(value) ? value : null;
    },
    words: (tag) => wordsOf(elements[tag]?.value),
    pixels: () => {
      const value: unknown = elements['7FE00010']?.value;
      return Array.isArray(value) && value.length > 0 && value.every(isPixelArray) ? value : null;
    },
  };
}

/** More is no text for a table. */
const MAX_VALUES = 16;

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && 'length' in value)) return [];
  return Array.from(value as ArrayLike<unknown>)
    .slice(0, MAX_VALUES)
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map((one) => String(one).trim().slice(0, 1000));
}

export function isPixelArray(value: unknown): value is PixelArray {
  return (
    value instanceof Uint8Array ||
    value instanceof Int8Array ||
    value instanceof Uint16Array ||
    value instanceof Int16Array
  );
}

function wordsOf(value: unknown): Uint16Array | null {
  if (value instanceof Uint16Array) return value;
  if (value instanceof Uint8Array) return new Uint16Array(value.slice().buffer, 0, value.length >> 1);
  return Array.isArray(value) ? Uint16Array.from(value as number[]) : null;
}

function paletteOf(file: Reader): Palette {
  const [red, green, blue] = ['00281201', '00281202', '00281203'].map((tag) => file.words(tag));
  const descriptor = file.words('00281101');
  if (!red || !green || !blue || !descriptor) throw new PreviewError('malformed');
  return { red, green, blue, first: descriptor[1] ?? 0, bits: descriptor[2] ?? 16 };
}
