/**
 * Blocking a professional, and letting them in again (spec chapter 7). A block ends their grants at once.
 *
 * Owns what the owner signs for it. The rotation that follows is `rotations`.
 */
import type { KeyId } from '../crypto/encoding.ts';
import type { Block, Unblock } from '../crypto/statements.ts';
import { signedHere } from './documents.ts';
import { dueSections } from './ledger_state.ts';
import { rotate } from './rotations.ts';
import { publishTerms } from './section_terms.ts';
import type { OpenVault } from './vaults.ts';

/** Ends every grant of a key, keeps it from new ones, renews the keys of its sections. */
export async function block(vault: OpenVault, professional: KeyId): Promise<void> {
  if (!vault.state.blocked.has(professional)) {
    await vault.append({ path: 'blocks', member: 'block' }, (state) => {
      const statement: Block = { kind: 'block', ...signedHere(vault, state), professional };
      return { statement };
    });
  }
  await rotate(vault, dueSections(vault.state, vault.now()));
  await publishTerms(vault);
}

/** Lets a blocked key be given grants again; brings none back. */
export async function unblock(vault: OpenVault, professional: KeyId): Promise<void> {
  await vault.append({ path: 'unblocks', member: 'unblock' }, (state) => {
    const statement: Unblock = { kind: 'unblock', ...signedHere(vault, state), professional };
    return { statement };
  });
}
