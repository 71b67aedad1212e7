/** Does what page.ts asks for: the test suites, the comparison of engines, the benchmarks. */
import { agreement } from './agreement.ts';
import * as bench from './bench.ts';
import { loadFiles } from './files.ts';
import type { Answer, Request } from './protocol.ts';
import { runSuites } from './suites.ts';
import * as uploadCosts from './upload_costs.ts';
import { ready } from '../../../src/crypto/primitives.ts';

const suites = import.meta.glob('../*.test.ts');

const operations: Readonly<Record<string, (given: never) => Promise<unknown>>> = {
  ...bench,
  ...uploadCosts,
  agreement,
  suites: async (vectors: string) => {
    await loadFiles(vectors);
    for (const load of Object.values(suites)) await load();
    return runSuites();
  },
};

self.onmessage = ({ data }: MessageEvent<Request>) => {
  void answer(data).then((result) => {
    self.postMessage(result);
  });
};

async function answer({ operation, given }: Request): Promise<Answer> {
  try {
    await ready();
    const action = operations[operation];
    if (action === undefined) return { error: `no operation ${operation}` };
    return { result: await action(given as never) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}
