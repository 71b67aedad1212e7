/** DICOM RLE (PS3.5 Annex G): PackBits segments, one for each byte of each sample, most significant first. Pure. */
import { PreviewError } from '../protocol';

/** Samples are interleaved in the result, little endian in memory order of the platform's typed arrays. */
export function decodeRle(
  raw: Uint8Array,
  pixels: number,
  samples: number,
  bytesPerSample: 1 | 2,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const segments = samples * bytesPerSample;
  if (raw.length < 64 || view.getUint32(0, true) !== segments) throw new PreviewError('malformed');
  const out = new Uint8Array(pixels * segments);
  for (let segment = 0; segment < segments; segment += 1) {
    const start = view.getUint32(4 + segment * 4, true);
    const next = segment + 1 < segments ? view.getUint32(8 + segment * 4, true) : raw.length;
    if (start < 64 || next < start || next > raw.length) throw new PreviewError('malformed');
    const sample = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    unpack(raw.subarray(start, next), out, sample * bytesPerSample + byte, segments, pixels);
  }
  return out;
}

function unpack(packed: Uint8Array, out: Uint8Array, first: number, step: number, pixels: number): void {
  let at = 0;
  let written = 0;
  while (written < pixels && at < packed.length) {
    const control = packed[at] ?? 0;
    at += 1;
    if (control === 128) continue;
    const run = control < 128 ? control + 1 : 257 - control;
    const length = Math.min(run, pixels - written);
    for (let index = 0; index < length; index += 1) {
      out[first + (written + index) * step] = packed[control < 128 ? at + index : at] ?? 0;
    }
    written += length;
    at += control < 128 ? run : 1;
  }
  if (written < pixels) throw new PreviewError('malformed');
}
