/** JPEG 2000 by OpenJPEG (wasm): the exact 16-bit samples. dwv's own decoder was measured and differs in lossy files. */
import { PreviewError } from '../protocol';
import type { PixelArray } from './parse';

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly bitsPerSample: number; readonly isSigned: boolean };
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

type OpenJpeg = (options: object) => Promise<{ readonly J2KDecoder: new () => Decoder }>;

export async function decodeJpeg2000(raw: Uint8Array): Promise<PixelArray> {
  const [{ default: create }, { default: wasm }] = await Promise.all([
    import('@cornerstonejs/codec-openjpeg/decodewasmjs') as Promise<{ default: OpenJpeg }>,
    import('../../../node_modules/@cornerstonejs/codec-openjpeg/dist/openjpegwasm_decode.wasm?base64') as Promise<{
      default: string;
    }>,
  ]);
  const silent = () => undefined;
  const wasmBinary = Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0));
  const { J2KDecoder } = await create({ wasmBinary, print: silent, printErr: silent });
  const decoder = new J2KDecoder();
  try {
    decoder.getEncodedBuffer(raw.length).set(raw);
    decoder.decode();
    const { bitsPerSample, isSigned } = decoder.getFrameInfo();
    const bytes = new Uint8Array(decoder.getDecodedBuffer());
    if (bitsPerSample <= 8) return isSigned ? new Int8Array(bytes.buffer) : bytes;
    return isSigned ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer);
  } catch {
    // The module throws numbers.
    throw new PreviewError('malformed');
  } finally {
    decoder.delete();
  }
}
