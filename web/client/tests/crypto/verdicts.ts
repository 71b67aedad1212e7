/**
 * The TypeScript half of tests/crypto/test_differential.py. Reads `["target", base64url]` a line, answers `["code", value]` a line;
 * the code is `ok`, one of chapter 0, or `crash` with what was thrown.
 */
import { createInterface } from 'node:readline';
import { unb64u } from '../../src/crypto/encoding.ts';
import { CoffreError } from '../../src/crypto/errors.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { TARGETS } from './targets.ts';

async function verdict(name: string, data: Uint8Array): Promise<readonly [string, unknown]> {
  const target = TARGETS[name];
  if (target === undefined) return ['crash', `no target ${name}`];
  try {
    return ['ok', await target(data)];
  } catch (thrown) {
    if (thrown instanceof CoffreError) return [thrown.code, null];
    return ['crash', thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)];
  }
}

await ready();
for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', data = ''] = JSON.parse(line) as string[];
  process.stdout.write(`${JSON.stringify(await verdict(name, unb64u(data)))}\n`);
}
