/**
 * Which section secrets an account holds for a vault: its own from the keyring, or from the bundles of grants.
 *
 * Pure: what was fetched and verified comes in.
 */
import type { SectionId } from '../crypto/encoding.ts';
import { check, CoffreError, wrongKey } from '../crypto/errors.ts';
import type { DocumentBundle } from '../crypto/document_bundle.ts';
import type { Bundle } from '../crypto/grants.ts';
import { openName, type SectionSecret } from '../crypto/sections.ts';
import type { Client } from './client.ts';
import type { LedgerState } from './ledger_state.ts';

/** The newest known secret of each section. */
export type Secrets = ReadonlyMap<SectionId, SectionSecret>;

/** The keyring's secrets; pending ones where the ledger holds their rotation and they open the section's name. */
export function ownSecrets(client: Client, state: LedgerState): Secrets {
  const own = client.keyring.vault;
  check(own !== undefined, () => wrongKey('no own vault'));
  const secrets = new Map(Object.entries(own.sections) as [SectionId, SectionSecret][]);
  for (const [section, pending] of Object.entries(own.pending ?? {}) as [SectionId, SectionSecret][]) {
    if (opensName(state, section, pending)) secrets.set(section, pending);
  }
  return secrets;
}

/** Whether a secret is the newest of its section, by the ledger. */
export function opensName(state: LedgerState, section: SectionId, secret: SectionSecret): boolean {
  const known = state.sections.get(section);
  if (known === undefined || known.epoch !== secret.epoch) return false;
  try {
    openName(secret, known.name, { vault: state.vault, section });
    return true;
  } catch (thrown) {
    if (thrown instanceof CoffreError) return false;
    throw thrown;
  }
}

/** The newest secret of each section in any of these bundles; bundles of documents hold none. */
export function secretsOf(bundles: readonly (Bundle | DocumentBundle)[]): Secrets {
  const secrets = new Map<SectionId, SectionSecret>();
  for (const bundle of bundles) {
    if ('documents' in bundle) continue;
    for (const [section, secret] of Object.entries(bundle.sections) as [SectionId, SectionSecret][]) {
      if ((secrets.get(section)?.epoch ?? 0) < secret.epoch) secrets.set(section, secret);
    }
  }
  return secrets;
}
