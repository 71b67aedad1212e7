/**
 * What a grant of single documents gives (spec chapter 7): file keys and metadata, from the owner's own vault.
 *
 *     const held = await gather(vault, documents);      // leaves an access of the owner's own for each
 *     const bundle = documentBundle(vault, state, grant, held);
 *
 * Owns which versions are named: the newest of each document. Statements and terms are those of grants.ts.
 */
import { ApiError } from '../api/errors.ts';
import type { DocumentBundle, GrantedDocument } from '../crypto/document_bundle.ts';
import { openHeader } from '../crypto/document.ts';
import type { DocumentId, GrantId } from '../crypto/encoding.ts';
import { check, limitExceeded, malformed, tampered } from '../crypto/errors.ts';
import { Secret } from '../crypto/records.ts';
import { MAX_NAMED } from '../crypto/statement_documents.ts';
import { openAllWithTrace } from './documents.ts';
import { documentsOfTerm, latestVersion, type GrantTerm, type LedgerState } from './ledger_state.ts';
import type { OpenVault } from './vaults.ts';

type Held = readonly GrantedDocument[];

/** The newest versions of these documents with their keys, in the order of the statement. Raises ApiError, malformed, limit_exceeded. */
export async function gather(vault: OpenVault, documents: readonly DocumentId[]): Promise<Held> {
  check(documents.length <= MAX_NAMED, () => limitExceeded('documents of a grant'));
  const versions = [...new Set(documents)].sort().map((id) => {
    const document = vault.document(id);
    if (document === undefined) throw new ApiError('not_found', 404);
    return latestVersion(document);
  });
  const taken = versions.every(({ filing }) => filing.metadata !== undefined);
  check(taken, () => malformed('a deposit that was not taken in'));
  const opened = await openAllWithTrace(vault, versions);
  return versions.map((version, index) => {
    const header = opened[index]?.header;
    check(header !== undefined, () => tampered('not one answer to one access'));
    const { section, epoch } = version.filing;
    const fileKey = openHeader(header, vault.secret(section, epoch), vault.filingOf(version));
    return {
      document: version.manifest.document,
      key: new Secret(fileKey),
      manifest: version.hash,
      metadata: { ...vault.metadata(version), thumbnail: undefined },
      version: version.manifest.version,
    };
  });
}

/** The documents of a term that are not removed, to be named again. Raises ApiError when there are none. */
export function liveDocuments(vault: OpenVault, term: GrantTerm): readonly DocumentId[] {
  const named = documentsOfTerm(term).map(({ document }) => document);
  const live = [...new Set(named)].filter((document) => vault.document(document) !== undefined);
  if (named.length > 0 && live.length === 0) throw new ApiError('not_found', 404);
  return live;
}

/** What the professional is given. */
export function documentBundle(
  vault: OpenVault,
  state: LedgerState,
  grant: GrantId,
  held: Held,
): DocumentBundle {
  const card = state.owner === undefined ? undefined : state.cards.get(state.owner)?.signed;
  check(card !== undefined, () => tampered("a vault without its owner's card"));
  return {
    card,
    documents: held,
    grant,
    ledger: { head: state.head, size: state.size },
    patient: vault.client.keyring.name,
    vault: vault.id,
  };
}
