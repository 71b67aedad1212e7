/**
 * Workers of the frame's own: a classic script in text, since an opaque origin can start none from our address.
 *
 * From a blob; else from a `data:` address, as WebKit wants it, which refuses an opaque origin's blobs under COEP. Both are bound by the
 * frame's policy, and so reach nothing (vault/adr/0042-iphones-run-webkit.md).
 */
import { PreviewError } from './protocol';

const TYPE = 'text/javascript;charset=utf-8';

/** A worker that runs the script. Raises PreviewError: failed, where the browser starts none. */
export async function startWorker(script: string): Promise<Worker> {
  const text = `postMessage('started');${script}`;
  const blob = URL.createObjectURL(new Blob([text], { type: TYPE }));
  try {
    return await started(blob);
  } catch {
    return await started(`data:${TYPE},${encodeURIComponent(text)}`);
  } finally {
    URL.revokeObjectURL(blob);
  }
}

function started(address: string): Promise<Worker> {
  const worker = new Worker(address);
  return new Promise((resolve, reject) => {
    worker.onmessage = () => {
      worker.onmessage = null;
      worker.onerror = null;
      resolve(worker);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      reject(new PreviewError('failed'));
    };
  });
}
