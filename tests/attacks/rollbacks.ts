/**
 * The TypeScript half of test_rollbacks.py: one case a line (`Case.to_json`), one code a line. A device with a cache folds `seen`
 * first, which must be taken; the last fold's code is the answer.
 */
import { createInterface } from 'node:readline';
import { unb64u, type KeyId, type VaultId } from '../../web/client/src/crypto/encoding.ts';
import { CoffreError } from '../../web/client/src/crypto/errors.ts';
import { pageFromWire } from '../../web/client/src/crypto/journal.ts';
import { ready } from '../../web/client/src/crypto/primitives.ts';
import { AccessLog } from '../../web/client/src/vault/ledger_accesses.ts';
import { Ledger } from '../../web/client/src/vault/ledger.ts';

interface Case {
  readonly chain: 'ledger' | 'accesses';
  readonly ledger: unknown;
  readonly owner: KeyId;
  readonly pin: { readonly size: number; readonly head: string };
  readonly seen?: unknown;
  readonly shown: unknown;
  readonly vault: VaultId;
}

function fold({ chain, ledger: truth, owner, pin: position, seen, shown, vault }: Case): void {
  const viewer = { key: owner, sections: new Set<never>() };
  const pin = { size: position.size, head: unb64u(position.head) };
  if (chain === 'ledger') {
    let ledger = Ledger.empty(vault, { owner, pin });
    if (seen !== undefined) ledger = accepted(() => ledger.appendPage(pageFromWire(seen), viewer));
    ledger.appendPage(pageFromWire(shown), viewer);
    return;
  }
  const { state } = Ledger.empty(vault, { owner }).appendPage(pageFromWire(truth), viewer);
  let log = AccessLog.empty(vault, pin);
  if (seen !== undefined) log = accepted(() => log.appendPage(pageFromWire(seen), state));
  log.appendPage(pageFromWire(shown), state);
}

function accepted<T>(step: () => T): T {
  try {
    return step();
  } catch (thrown) {
    throw new Error('refused what it must take', { cause: thrown });
  }
}

await ready();
for await (const line of createInterface({ input: process.stdin })) {
  let code = 'ok';
  try {
    fold(JSON.parse(line) as Case);
  } catch (thrown) {
    code = thrown instanceof CoffreError ? thrown.code : String(thrown instanceof Error ? thrown.stack : thrown);
  }
  process.stdout.write(`${JSON.stringify(code)}\n`);
}
