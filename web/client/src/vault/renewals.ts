/**
 * Asking for another term of a grant, and the patient's no (spec chapter 7). The yes is `grants.renew`.
 *
 * Owns both statements. Whoever asks may have no right to read the ledger any more: the position is then the server's word,
 * which binds nobody to anything.
 */
import { ApiError } from '../api/errors.ts';
import { readAppended, readAsking } from '../api/types.ts';
import type { GrantId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { signedToWire, type RenewalRefusal, type RenewalRequest } from '../crypto/statements.ts';
import type { Client } from './client.ts';
import { signedHere } from './documents.ts';
import { latestTerm, type GrantTerm } from './ledger_state.ts';
import type { OpenVault } from './vaults.ts';

const ATTEMPTS = 5;

/**
 * Asks the patient that a grant go on until `notAfter`. Raises ApiError (conflict: asked before; ended; blocked), tampered (a
 * vault never met).
 */
export async function askRenewal(client: Client, grant: GrantId, notAfter: number): Promise<void> {
  const path = `/grants/${grant}/renewal-request`;
  for (let attempt = 1; ; attempt++) {
    const at = await client.api.get(path, readAsking);
    const { owner } = await client.pins.vault(client.api.origin, at.vault);
    const met = owner !== undefined || client.keyring.pins.vaults[at.vault] !== undefined;
    check(met, () => tampered('a vault that this account never met'));
    const statement: RenewalRequest = {
      kind: 'renewal_request',
      author: client.me,
      time: client.now(),
      vault: at.vault,
      seq: at.size,
      prev: at.head,
      grant,
      not_after: notAfter,
      sequence: at.sequence,
    };
    try {
      await client.api.post(path, { renewal_request: signedToWire(client.sign(statement)) }, readAppended);
      return;
    } catch (thrown) {
      const moved = thrown instanceof ApiError && thrown.code === 'stale' && attempt < ATTEMPTS;
      if (!moved) throw thrown;
    }
  }
}

/** Whether a term's holder waits for an answer. */
export function isAsked(term: GrantTerm): boolean {
  return term.asked !== undefined && term.refused === undefined;
}

/** Says no to a request. */
export async function refuseRenewal(vault: OpenVault, grant: GrantId): Promise<void> {
  await vault.append({ path: 'renewal-refusals', member: 'renewal_refusal' }, (state) => {
    const known = state.grants.get(grant);
    if (known === undefined) throw new ApiError('not_found', 404);
    const { sequence } = latestTerm(known).statement;
    const statement: RenewalRefusal = {
      kind: 'renewal_refusal',
      ...signedHere(vault, state),
      grant,
      sequence,
    };
    return { statement };
  });
}
