/**
 * The kinds' own rules (spec chapter 6, "Folding"): may this author say this now, and what changes.
 *
 * Each rule takes the draft (a copy that the fold throws away on an error), the verified statement and its place, and
 * raises tampered. Position, signature and body hash were checked before by the fold. The rules stand by their noun in
 * `ledger_documents`, `ledger_grants` and `ledger_sections`; here those for shares.
 */
import { equalBytes } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import type { ChainedStatement, Entry } from '../crypto/journal.ts';
import { metadataHash, type Share, type ShareEnd, type ShareUpdate } from '../crypto/statements.ts';
import { applyDeposit, applyManifest, applyRefile, applyRemoval, applyRestoral } from './ledger_documents.ts';
import {
  applyAcceptance,
  applyBlock,
  applyDocumentGrant,
  applyGrant,
  applyRenewalRefusal,
  applyRenewalRequest,
  applyRevocation,
  applyUnblock,
} from './ledger_grants.ts';
import { require, seesAll, type Draft, type Place } from './ledger_place.ts';
import {
  applyRotation,
  applySections,
  applySectionTerms,
  applySettings,
  applyVault,
} from './ledger_sections.ts';
import { heldBy, versionOf } from './ledger_state.ts';

export { draftOf, learnCard, type Draft, type Place, type Viewer } from './ledger_place.ts';

/** Changes the draft by one verified statement. Raises tampered if the statement may not stand here. */
export function apply(state: Draft, statement: ChainedStatement, place: Place): void {
  checkAttachments(statement, place.entry);
  if (statement.kind === 'vault') return applyVault(state, statement, place);
  if (statement.kind === 'manifest') return applyManifest(state, statement, place);
  if (statement.kind === 'deposit') return applyDeposit(state, statement, place);
  if (statement.kind === 'removal') return applyRemoval(state, statement, place);
  if (statement.kind === 'acceptance') return applyAcceptance(state, statement, place);
  if (statement.kind === 'renewal_request') return applyRenewalRequest(state, statement, place);
  require('statement that only the owner may make', statement.author === state.owner);
  applyOwners(state, statement, place);
}

function applyOwners(state: Draft, statement: ChainedStatement, place: Place): void {
  if (statement.kind === 'refile') return applyRefile(state, statement, place);
  if (statement.kind === 'restoral') return applyRestoral(state, statement, place);
  if (statement.kind === 'sections') return applySections(state, statement, place);
  if (statement.kind === 'section_terms') return applySectionTerms(state, statement, place);
  if (statement.kind === 'settings') return applySettings(state, statement);
  if (statement.kind === 'rotation') return applyRotation(state, statement, place);
  if (statement.kind === 'share') return applyShare(state, statement, place);
  if (statement.kind === 'share_update') return applyShareUpdate(state, statement, place);
  if (statement.kind === 'share_end') return applyShareEnd(state, statement, place);
  return applyToGrants(state, statement, place);
}

function applyToGrants(state: Draft, statement: ChainedStatement, place: Place): void {
  if (statement.kind === 'grant') return applyGrant(state, statement, place);
  if (statement.kind === 'document_grant') return applyDocumentGrant(state, statement, place);
  if (statement.kind === 'revocation') return applyRevocation(state, statement, place);
  if (statement.kind === 'renewal_refusal') return applyRenewalRefusal(state, statement, place);
  if (statement.kind === 'block') return applyBlock(state, statement, place);
  if (statement.kind === 'unblock') return applyUnblock(state, statement);
  throw tampered('kind without a rule');
}

function checkAttachments(statement: ChainedStatement, { metadata, manifest }: Entry): void {
  if (metadata !== undefined && statement.kind !== 'restoral') {
    const placed = statement.kind === 'manifest' || statement.kind === 'refile';
    check(placed, () => tampered('metadata on an entry that has none'));
    require("metadata that is not the statement's", equalBytes(metadataHash(metadata), statement.metadata));
  }
  require('manifest on an entry that is no refile', manifest === undefined || statement.kind === 'refile');
}

function applyShare(state: Draft, statement: Share, place: Place): void {
  require('share that is already known', !state.shares.has(statement.share));
  requireLive(state, statement, place);
  state.shares.set(statement.share, { statement, since: place.header.time });
}

function applyShareUpdate(state: Draft, statement: ShareUpdate, place: Place): void {
  const known = state.shares.get(statement.share);
  check(known !== undefined, () => tampered('update of no known share'));
  const over = known.ended !== undefined || heldBy(known).not_after <= place.header.time;
  require('update of a share that is over', !over);
  requireLive(state, statement, place);
  state.shares.set(statement.share, { ...known, update: statement });
}

function requireLive(state: Draft, statement: Share | ShareUpdate, place: Place): void {
  if (seesAll(state, place)) {
    const live = statement.documents.every(({ document, version }) => {
      const known = state.documents.get(document);
      return known !== undefined && known.removed === undefined && versionOf(known, version) !== undefined;
    });
    require('share of no live document', live);
  }
}

function applyShareEnd(state: Draft, statement: ShareEnd, { header }: Place): void {
  const known = state.shares.get(statement.share);
  check(known !== undefined, () => tampered('end of no known share'));
  if (known.ended === undefined) state.shares.set(statement.share, { ...known, ended: header.time });
}
