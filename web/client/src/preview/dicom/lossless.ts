/**
 * Lossless JPEG frames by dwv's worker script (kept with dwv, GPL-3.0), in a worker of the frame's own. A decoder that takes too long
 * is ended.
 */
import { PreviewError } from '../protocol';
import { startWorker } from '../worker';
import { isPixelArray } from './parse';
import type { PixelArray } from './parse';

const PATIENCE = 20_000;

export async function decodeLossless(
  raw: Uint8Array,
  bitsAllocated: 8 | 16,
  signed: boolean,
): Promise<PixelArray> {
  const { default: script } =
    await import('../../../node_modules/dwv/dist/assets/workers/jpegloss.worker.min.js?raw');
  const worker = await startWorker(script);
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<PixelArray>((resolve, reject) => {
      const fail = () => reject(new PreviewError('unsupported'));
      timer = setTimeout(fail, PATIENCE);
      worker.onerror = (event) => {
        event.preventDefault();
        fail();
      };
      worker.onmessage = (event: MessageEvent<unknown>) => {
        const [first] = Array.isArray(event.data) ? (event.data as unknown[]) : [];
        if (isPixelArray(first)) resolve(first);
        else fail();
      };
      worker.postMessage({ buffer: raw.slice(), meta: { bitsAllocated, isSigned: signed } });
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}
