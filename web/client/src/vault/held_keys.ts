/**
 * The keys of a vault that are at hand for an account, by the ledger as it was folded.
 *
 *     const keys = await ownKeys(client, state);         // the patient's, from the keyring
 *     const keys = await grantedKeys(client, state, grants);
 *
 * Owns when the keyring and bundles are fetched. Which secret is the newest: secrets.ts.
 */
import type { GrantId } from '../crypto/encoding.ts';
import type { DocumentBundle, GrantedDocument } from '../crypto/document_bundle.ts';
import { check, tampered } from '../crypto/errors.ts';
import type { Bundle } from '../crypto/grants.ts';
import { versionOrder } from '../crypto/statements.ts';
import type { Client } from './client.ts';
import { bundleOf } from './granted.ts';
import type { GrantRecord, LedgerState } from './ledger_state.ts';
import { ownSecrets, secretsOf, type Secrets } from './secrets.ts';

export interface HeldKeys {
  readonly secrets: Secrets;
  readonly bundles: ReadonlyMap<GrantId, Bundle | DocumentBundle>;
  /** What the bundles give by name, as `versionOrder` writes it. */
  readonly named: ReadonlyMap<string, GrantedDocument>;
}

/** Before anything was fetched. */
export const NO_KEYS: HeldKeys = { secrets: new Map(), bundles: new Map(), named: new Map() };

/** The patient's own. Raises tampered when the keyring lacks a section of the ledger, and ApiError. */
export async function ownKeys(client: Client, state: LedgerState): Promise<HeldKeys> {
  const secrets = ownSecrets(client, state);
  const behind = [...state.sections.values()].some(
    ({ section, epoch }) => (secrets.get(section)?.epoch ?? 0) < epoch,
  );
  if (!behind) return { ...NO_KEYS, secrets };
  // Another device has rotated or added sections: its keyring stands on the server.
  await client.refreshKeyring();
  const fresh = ownSecrets(client, state);
  const complete = [...state.sections.keys()].every((section) => fresh.has(section));
  check(complete, () => tampered('sections that the keyring does not hold'));
  return { ...NO_KEYS, secrets: fresh };
}

/** What grants that are in force give. Raises what opening a bundle raises, and ApiError. */
export async function grantedKeys(
  client: Client,
  state: LedgerState,
  grants: readonly GrantRecord[],
): Promise<HeldKeys> {
  const kept = grants.map(async (grant) => [grant.grant, await bundleOf(client, state, grant)] as const);
  const bundles = new Map(await Promise.all(kept));
  const all = [...bundles.values()];
  const held = all.flatMap((bundle) => ('documents' in bundle ? bundle.documents : []));
  return { secrets: secretsOf(all), bundles, named: new Map(held.map((one) => [versionOrder(one), one])) };
}
