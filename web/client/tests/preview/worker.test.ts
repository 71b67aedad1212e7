/** Workers of the frame's own start from a blob, and from a `data:` address where the browser refuses blobs. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PreviewError } from '../../src/preview/protocol';
import { startWorker } from '../../src/preview/worker';

let refused: readonly string[];
let ended: string[];

class Started {
  onmessage: (() => void) | null = null;
  onerror: ((event: { readonly preventDefault: () => void }) => void) | null = null;
  readonly address: string;

  constructor(address: string) {
    this.address = address;
    const isRefused = refused.some((kind) => address.startsWith(kind));
    queueMicrotask(() =>
      isRefused ? this.onerror?.({ preventDefault: () => undefined }) : this.onmessage?.(),
    );
  }

  terminate() {
    ended.push(this.address);
  }
}

const addressOf = (worker: Worker) => (worker as unknown as Started).address;
const written = async (address: string) => (await fetch(address)).text();

beforeEach(() => {
  [refused, ended] = [[], []];
  vi.stubGlobal('Worker', Started);
});
afterEach(() => void vi.unstubAllGlobals());

it('starts from a blob, of which nothing stays', async () => {
  const address = addressOf(await startWorker('run()'));
  expect(address).toMatch(/^blob:/);
  await expect(fetch(address)).rejects.toThrow();
});

it('starts from a data: address where blobs are refused: the same script, and what tells that it started first', async () => {
  refused = ['blob:'];
  const address = addressOf(await startWorker("say('50 % é ]')"));
  expect(await written(address)).toBe("postMessage('started');say('50 % é ]')");
  expect(ended).toHaveLength(1);
});

it('fails where no worker starts', async () => {
  refused = ['blob:', 'data:'];
  await expect(startWorker('run()')).rejects.toEqual(new PreviewError('failed'));
});
