/**
 * Rules of the fold for grants (spec chapters 6 and 7): given, accepted, revoked, asked for; blocking.
 *
 * Position, signature and body hash were checked before by the fold; each rule raises tampered.
 */
import { check, tampered } from '../crypto/errors.ts';
import {
  MAX_TERM,
  verifyRedemption,
  type Acceptance,
  type Block,
  type DocumentGrant,
  type Grant,
  type RenewalRefusal,
  type RenewalRequest,
  type Revocation,
  type Unblock,
} from '../crypto/statements.ts';
import { learnCard, require, requireNewest, seesAll, type Draft, type Place } from './ledger_place.ts';
import {
  isLive,
  knownCard,
  latestTerm,
  versionOf,
  withLatestTerm,
  type AnyGrant,
  type GrantTerm,
} from './ledger_state.ts';

/** A new grant or invitation, or the next term of one. */
export function applyGrant(state: Draft, statement: Grant, place: Place): void {
  for (const { section, epoch } of statement.sections) requireNewest(state, section, epoch);
  begin(state, statement, place);
}

/** The same of single documents, which the owner can tell are live and taken in. */
export function applyDocumentGrant(state: Draft, statement: DocumentGrant, place: Place): void {
  if (seesAll(state, place)) {
    const live = statement.documents.every(({ document, version }) => {
      const known = state.documents.get(document);
      const found = known === undefined ? undefined : versionOf(known, version);
      return known?.removed === undefined && found?.filing.metadata !== undefined;
    });
    require('grant of no live document', live);
  }
  begin(state, statement, place);
}

function begin(state: Draft, statement: AnyGrant, place: Place): void {
  const known = state.grants.get(statement.grant);
  const last = known === undefined ? 0 : latestTerm(known).statement.sequence;
  const inOrder = statement.sequence === last + 1 || (!seesAll(state, place) && statement.sequence > last);
  require('grant out of sequence', inOrder);
  const same = known === undefined || latestTerm(known).statement.kind === statement.kind;
  require('grant of another kind than before', same);
  const card = statement.card === undefined ? undefined : knownCard(statement.card);
  if (card !== undefined) {
    require('grant to a blocked professional', !state.blocked.has(card.card.author));
    learnCard(state, card);
  }
  const term: GrantTerm = {
    statement,
    seq: place.header.seq,
    since: place.header.time,
    bundle: statement.bundle,
    professional: card?.card.author,
  };
  const [first, ...rest] = [...(known?.terms ?? []), term];
  state.grants.set(statement.grant, { grant: statement.grant, terms: [first ?? term, ...rest] });
}

/** An invitation is bound to a professional. */
export function applyAcceptance(state: Draft, statement: Acceptance, place: Place): void {
  const known = state.grants.get(statement.grant);
  const term = known === undefined ? undefined : latestTerm(known);
  const redeem = term?.statement.redeem;
  const invited = known !== undefined && term !== undefined && redeem !== undefined;
  check(invited, () => tampered('acceptance of no invitation'));
  require('acceptance of another sequence', term.statement.sequence === statement.sequence);
  require('second acceptance', term.professional === undefined);
  require('acceptance by a blocked professional', !state.blocked.has(statement.author));
  require('acceptance of a revoked invitation', term.revoked === undefined);
  require("acceptance after the invitation's time", place.header.time <= redeem.not_after);
  const { author: professional, bundle, grant, vault } = statement;
  verifyRedemption(redeem.key, statement.proof, { grant, professional, vault });
  learnCard(state, knownCard(statement.card));
  const accepted = { professional, acceptance: statement, accepted: place.header.time, bundle };
  state.grants.set(grant, withLatestTerm(known, { ...term, ...accepted }));
}

/** A grant ends before its time; saying it twice keeps the first. */
export function applyRevocation(state: Draft, statement: Revocation, { header }: Place): void {
  const known = state.grants.get(statement.grant);
  const term = known === undefined ? undefined : latestTerm(known);
  const found = known !== undefined && term?.statement.sequence === statement.sequence;
  check(found && term !== undefined, () => tampered('revocation of no known grant'));
  if (term.revoked !== undefined) return;
  const revoked = { ...term, revoked: header.time, revokedSeq: header.seq };
  state.grants.set(statement.grant, withLatestTerm(known, revoked));
}

/** A key's grants that are not over end, and it gets no new ones. */
export function applyBlock(state: Draft, { professional }: Block, { header }: Place): void {
  require('block of a blocked professional', !state.blocked.has(professional));
  state.blocked.set(professional, header.time);
  for (const [grant, known] of state.grants) {
    const term = latestTerm(known);
    if (term.professional !== professional || !isLive(term, header.time)) continue;
    const ended = { ...term, revoked: header.time, revokedSeq: header.seq };
    state.grants.set(grant, withLatestTerm(known, ended));
  }
}

/** A key may be given grants again. */
export function applyUnblock(state: Draft, { professional }: Unblock): void {
  require('unblock of nobody blocked', state.blocked.delete(professional));
}

/** The holder of a grant asks for another term, once for each. */
export function applyRenewalRequest(state: Draft, statement: RenewalRequest, { header }: Place): void {
  const known = state.grants.get(statement.grant);
  const term = known === undefined ? undefined : latestTerm(known);
  const own = known !== undefined && term?.professional === statement.author;
  check(own && term !== undefined, () => tampered("request for no grant of one's own"));
  require('request of another sequence', term.statement.sequence === statement.sequence);
  require('second request for a term', term.asked === undefined);
  require('request of a blocked professional', !state.blocked.has(statement.author));
  const over = Math.min(term.statement.not_after, term.revoked ?? term.statement.not_after);
  require('request long after the end', header.time - over <= MAX_TERM);
  state.grants.set(statement.grant, withLatestTerm(known, { ...term, asked: statement.not_after }));
}

/** The owner's no to an open request. */
export function applyRenewalRefusal(state: Draft, statement: RenewalRefusal, { header }: Place): void {
  const known = state.grants.get(statement.grant);
  const term = known === undefined ? undefined : latestTerm(known);
  const found = known !== undefined && term?.statement.sequence === statement.sequence;
  check(found && term !== undefined, () => tampered('refusal for no known grant'));
  require('refusal of no open request', term.asked !== undefined && term.refused === undefined);
  state.grants.set(statement.grant, withLatestTerm(known, { ...term, refused: header.time }));
}
