/** How the benchmarks in a worker measure. */
import { lent } from '../../../src/crypto/sources.ts';

export async function seconds(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

/** Reads to the end; each piece is freed, as who sends or writes them does. */
export async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = lent(pieces);
  while ((await iterator.next()).done !== true);
}
