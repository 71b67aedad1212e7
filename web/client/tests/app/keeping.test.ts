/** Keeping a document on this device. */
import { afterEach, expect, it, vi } from 'vitest';
import type { RemoteEngine } from '../../src/worker/connect';

vi.mock('../../src/app/offline', () => ({ keepFiles: () => Promise.resolve() }));

// Another file of this process may have loaded it, with what stands in for nothing.
vi.resetModules();
const { keepHere } = await import('../../src/app/keeping');

afterEach(() => vi.unstubAllGlobals());

it('waits for no answer to whether the browser may delete what is kept, which Firefox asks the person', async () => {
  const persist = vi.fn(() => new Promise<boolean>(() => undefined));
  vi.stubGlobal('navigator', { storage: { persist } });
  const keep = vi.fn(() => Promise.resolve({ ok: true, value: undefined }));
  await keepHere({ kept: { keep } } as unknown as RemoteEngine, 'document', () => undefined);
  expect(persist).toHaveBeenCalledOnce();
  expect(keep).toHaveBeenCalledOnce();
});
