/** The page's side of the capture worker. */
import * as Comlink from 'comlink';
import { scriptUrl } from '../worker/script_url.ts';
import type { CaptureCalls } from './worker.ts';
import workerUrl from './worker.ts?worker&url';

export interface Capturing {
  readonly calls: CaptureCalls;
  readonly close: () => void;
}

/** Starts it. */
export function startCapture(): Capturing {
  const worker = new Worker(scriptUrl(workerUrl), { type: 'module', name: 'coffre-capture' });
  return {
    calls: Comlink.wrap<CaptureCalls>(worker),
    close: () => worker.terminate(),
  };
}
