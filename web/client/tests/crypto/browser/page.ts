/**
 * `ask(operation, given)` for the test that drives this page: a worker does it, as in the application, and the longest time for
 * which the page could not answer is measured meanwhile.
 */
import type { Answer } from './protocol.ts';
import CryptoWorker from './worker.ts?worker';

const worker = new CryptoWorker();

async function ask(operation: string, given: unknown): Promise<unknown> {
  const stalls = watch();
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        resolve(data);
      };
      worker.onerror = (event) => {
        reject(new Error(event.message));
      };
      worker.postMessage({ operation, given });
    });
    if ('error' in answer) throw new Error(answer.error);
    return { result: answer.result, stall: stalls.longest() };
  } finally {
    stalls.stop();
  }
}

/** The longest time in milliseconds between two turns of the page's event loop, beyond the timer's own period. */
function watch(): { longest(): number; stop(): void } {
  let previous = performance.now();
  let longest = 0;
  const period = 4;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - previous - period);
    previous = now;
  }, period);
  return {
    longest: () => longest,
    stop: () => {
      clearInterval(timer);
    },
  };
}

function chosenFile(): File | undefined {
  return (document.getElementById('file') as HTMLInputElement).files?.[0];
}

Object.assign(window, { ask, chosenFile });
