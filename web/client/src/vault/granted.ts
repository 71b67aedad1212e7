/**
 * What a professional's grants give in a vault (spec chapter 7): which are in force, what they show, their bundles.
 *
 * Owns that a bundle is held against the signed statement that carries it. What is done with the keys is `vaults`'.
 */
import { readBundle } from '../api/types.ts';
import type { DocumentBundle } from '../crypto/document_bundle.ts';
import type { KeyId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { openDocumentsForProfessional, openForProfessional, type Bundle } from '../crypto/grants.ts';
import { verifyCard, versionOrder } from '../crypto/statements.ts';
import type { Client } from './client.ts';
import type { Viewer } from './ledger_place.ts';
import {
  documentsOfTerm,
  latestTerm,
  sectionsOfTerm,
  stateOfTerm,
  versionOf,
  type GrantRecord,
  type LedgerState,
} from './ledger_state.ts';

/** The grants in force that are bound to a key. */
export function grantsInForce(state: LedgerState, key: KeyId, now: number): readonly GrantRecord[] {
  return [...state.grants.values()].filter((grant) => {
    const term = latestTerm(grant);
    return term.professional === key && stateOfTerm(term, now) === 'active';
  });
}

/** What these grants let their holder be shown. */
export function entitledBy(grants: readonly GrantRecord[], key: KeyId): Viewer {
  const terms = grants.map(latestTerm);
  const named = terms.flatMap(documentsOfTerm);
  return {
    key,
    sections: new Set(terms.flatMap((term) => [...sectionsOfTerm(term)])),
    documents: named.length === 0 ? undefined : new Set(named.map(versionOrder)),
  };
}

/** Raises tampered for a version that a grant names and the server did not show. */
export function requireShown(state: LedgerState, grants: readonly GrantRecord[]): void {
  const shown = grants
    .map(latestTerm)
    .flatMap(documentsOfTerm)
    .every(({ document, version }) => {
      const known = state.documents.get(document);
      return known !== undefined && versionOf(known, version) !== undefined;
    });
  check(shown, () => tampered('a granted document that is not shown'));
}

/** The newest bundle of a grant, held against its hash in the ledger and the vault's owner. */
export async function bundleOf(
  client: Client,
  state: LedgerState,
  grant: GrantRecord,
): Promise<Bundle | DocumentBundle> {
  const { bundle: hash, statement } = latestTerm(grant);
  const { bundle: data } = await client.api.get(`/grants/${grant.grant}/bundle`, readBundle);
  const { identity } = client.keyring;
  const expected = { bundle: hash, vault: state.vault, grant: grant.grant };
  const bundle =
    statement.kind === 'grant'
      ? openForProfessional(data, identity, { ...expected, sections: statement.sections })
      : openDocumentsForProfessional(data, identity, { ...expected, documents: statement.documents });
  const owner = verifyCard(bundle.card).author;
  check(owner === state.owner, () => tampered("a bundle by another owner than the vault's"));
  return bundle;
}
