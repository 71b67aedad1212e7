/**
 * What a folded ledger says of a vault (spec chapters 6 and 7): sections, documents, grants, shares, cards.
 *
 * Immutable records in the maps of one `LedgerState`. Answers questions about the state; how entries change it stands in
 * `ledger_rules`.
 */
import type { DocumentId, GrantId, KeyId, SectionId, ShareId, VaultId } from '../crypto/encoding.ts';
import {
  verifyCard,
  type Acceptance,
  type Card,
  type Deposit,
  type DocumentGrant,
  type Grant,
  type Manifest,
  type NamedVersion,
  type Share,
  type ShareUpdate,
  type Signed,
} from '../crypto/statements.ts';

export type GrantState = 'invited' | 'upcoming' | 'active' | 'expired' | 'revoked';
export type Right = Grant['rights'][number];
export type AnyGrant = Grant | DocumentGrant;

/** A section at its newest epoch; `name` is sealed under that epoch's meta key. */
export interface SectionState {
  readonly section: SectionId;
  readonly epoch: number;
  readonly name: Uint8Array;
  /** By the newer epoch: the secret of the epoch before, wrapped under its wrap key. */
  readonly ladders: ReadonlyMap<number, Uint8Array>;
  /** Position and author's time of what began the epoch: the last rotation, else the statement that made the section. */
  readonly rotatedSeq: number;
  readonly rotatedTime: number;
  /** Until when others than the owner may seal under the epoch, if that was published, and where. */
  readonly term?: { readonly until: number; readonly seq: number } | undefined;
}

/**
 * Where a version is now: hashes of its header and metadata, and the sealed metadata if it was given. A deposit that the owner has
 * not taken in has no metadata.
 */
export interface FilingState {
  readonly section: SectionId;
  readonly epoch: number;
  readonly header: Uint8Array;
  readonly metadata?: Uint8Array | undefined;
  readonly seq: number;
  readonly sealed?: Uint8Array | undefined;
}

/** One version: its manifest (or deposit), that statement's hash, its present filing, when it was added. */
export interface VersionState {
  readonly manifest: Manifest | Deposit;
  readonly hash: Uint8Array;
  readonly filing: FilingState;
  readonly added: number;
}

/** A document's known versions, oldest first, at least one. A professional may not know the first ones (nor `author`). */
export interface DocumentState {
  readonly document: DocumentId;
  readonly versions: readonly [VersionState, ...VersionState[]];
  readonly author?: KeyId | undefined;
  /** When it was removed. */
  readonly removed?: number | undefined;
}

/** One `grant` or `document_grant` statement with what became of it. `bundle` is the hash of the newest bundle made for it. */
export interface GrantTerm {
  readonly statement: AnyGrant;
  readonly seq: number;
  readonly since: number;
  readonly bundle: Uint8Array;
  readonly professional?: KeyId | undefined;
  readonly acceptance?: Acceptance | undefined;
  readonly accepted?: number | undefined;
  readonly revoked?: number | undefined;
  readonly revokedSeq?: number | undefined;
  /** The end that its professional asked for, and when the owner said no. */
  readonly asked?: number | undefined;
  readonly refused?: number | undefined;
}

/** A grant through all its sequence numbers, oldest first, at least one. */
export interface GrantRecord {
  readonly grant: GrantId;
  readonly terms: readonly [GrantTerm, ...GrantTerm[]];
}

/** A share: its statement, when it was made and, if ended before its time, when; the newest that replaced what it holds. */
export interface ShareRecord {
  readonly statement: Share;
  readonly since: number;
  readonly ended?: number | undefined;
  readonly update?: ShareUpdate | undefined;
}

/** The statement that says what a share holds now, until when, and how often it opens. */
export function heldBy({ statement, update }: ShareRecord): Share | ShareUpdate {
  return update ?? statement;
}

/** A card that verified, with its signed form for handing on. */
export interface KnownCard {
  readonly card: Card;
  readonly signed: Signed;
}

/** The folded ledger. The rules change a copy; whoever is handed one reads only. */
export interface LedgerState {
  readonly vault: VaultId;
  readonly size: number;
  readonly head: Uint8Array;
  /** The newest entry's; 0 before the first. */
  readonly time: number;
  readonly owner?: KeyId | undefined;
  readonly server?: Uint8Array | undefined;
  readonly inbox?: SectionId | undefined;
  readonly inboxRecipient?: Uint8Array | undefined;
  readonly sections: ReadonlyMap<SectionId, SectionState>;
  readonly documents: ReadonlyMap<DocumentId, DocumentState>;
  readonly grants: ReadonlyMap<GrantId, GrantRecord>;
  readonly shares: ReadonlyMap<ShareId, ShareRecord>;
  readonly cards: ReadonlyMap<KeyId, KnownCard>;
  /** Professionals add no new documents to sections, they make deposits. */
  readonly maskNew: boolean;
  /** The position of the newest end of a grant, shown or not. */
  readonly endedSeq?: number | undefined;
  /** Since when a key is blocked. */
  readonly blocked: ReadonlyMap<KeyId, number>;
}

/** Whether others than the owner may seal under the section's newest epoch (spec chapter 7). */
export function maySeal(state: LedgerState, section: SectionId, now: number): boolean {
  const known = state.sections.get(section);
  if (known?.term === undefined || state.maskNew) return false;
  const began = Math.max(known.rotatedSeq, known.term.seq);
  const ended = state.endedSeq !== undefined && state.endedSeq > began;
  return !ended && Math.max(now, state.time) < known.term.until;
}

/** Whether a term still gives or will give a right. */
export function isLive(term: GrantTerm, now: number): boolean {
  return !['expired', 'revoked'].includes(stateOfTerm(term, now));
}

export function latestVersion(document: DocumentState): VersionState {
  return document.versions[document.versions.length - 1] ?? document.versions[0];
}

/** The section that a document is in now. */
export function sectionOf(document: DocumentState): SectionId {
  return latestVersion(document).filing.section;
}

export function versionOf(document: DocumentState, number: number): VersionState | undefined {
  return document.versions.find((found) => found.manifest.version === number);
}

export function latestTerm(grant: GrantRecord): GrantTerm {
  return grant.terms[grant.terms.length - 1] ?? grant.terms[0];
}

/** The same grant with its newest term replaced. */
export function withLatestTerm(grant: GrantRecord, term: GrantTerm): GrantRecord {
  const [first, ...rest] = [...grant.terms.slice(0, -1), term];
  return { ...grant, terms: [first ?? term, ...rest] };
}

/** The sections that a term covers; of a grant of documents none. */
export function sectionsOfTerm({ statement }: GrantTerm): ReadonlySet<SectionId> {
  return new Set(statement.kind === 'grant' ? statement.sections.map((item) => item.section) : []);
}

/** The versions that a term names, if it is a grant of documents. */
export function documentsOfTerm({ statement }: GrantTerm): readonly NamedVersion[] {
  return statement.kind === 'grant' ? [] : statement.documents;
}

/** Whether a term names a version. */
export function termNames(term: GrantTerm, version: NamedVersion): boolean {
  return documentsOfTerm(term).some(
    (named) => named.document === version.document && named.version === version.version,
  );
}

/** A term's state at `now` (seconds), as if no later term existed. */
export function stateOfTerm(term: GrantTerm, now: number): GrantState {
  const { redeem, not_after: end, not_before: begin } = term.statement;
  if (term.revoked !== undefined) return 'revoked';
  const unbound = term.professional === undefined;
  const lapsed = unbound && redeem !== undefined && now > redeem.not_after;
  if (now >= end || lapsed) return 'expired';
  if (unbound) return 'invited';
  return now < begin ? 'upcoming' : 'active';
}

/** Whether a term let `professional` use `right` at `time` (an entry's), in `section` if one is given. */
export function termCovers(
  term: GrantTerm,
  right: Right,
  use: { readonly professional: KeyId; readonly time: number; readonly section?: SectionId },
): boolean {
  const bound = term.acceptance === undefined ? term.since : term.accepted;
  return (
    term.professional === use.professional &&
    hasRight(term, right) &&
    (use.section === undefined || sectionsOfTerm(term).has(use.section)) &&
    bound !== undefined &&
    bound <= use.time &&
    term.statement.not_before <= use.time &&
    use.time < term.statement.not_after &&
    (term.revoked === undefined || use.time <= term.revoked)
  );
}

/** Whether a term gives a right at all. */
export function hasRight({ statement }: GrantTerm, right: Right): boolean {
  const rights: readonly Right[] = statement.rights;
  return rights.includes(right);
}

/** The term of a grant that covered the use, before a later one replaced it. */
export function grantCovers(
  grant: GrantRecord,
  right: Right,
  use: { readonly professional: KeyId; readonly time: number },
): GrantTerm | undefined {
  return grant.terms.find((term, index) => {
    const replaced = grant.terms[index + 1]?.since;
    return termCovers(term, right, use) && (replaced === undefined || use.time <= replaced);
  });
}

/** The state of a known grant; the clock never goes back behind the newest entry's time. */
export function grantState(state: LedgerState, grant: GrantRecord, now: number): GrantState {
  return stateOfTerm(latestTerm(grant), Math.max(now, state.time));
}

/** The grants that a rotation of `sections`, signed at `at`, must wrap the new secrets for. */
export function remainingGrants(
  state: LedgerState,
  sections: ReadonlySet<SectionId>,
  at: number,
): ReadonlySet<GrantId> {
  const remaining = [...state.grants.values()].filter((grant) => {
    const term = latestTerm(grant);
    const live = !['expired', 'revoked'].includes(stateOfTerm(term, at));
    return term.professional !== undefined && live && meets(sectionsOfTerm(term), sections);
  });
  return new Set(remaining.map((grant) => grant.grant));
}

/** The sections whose newest secret a former reader holds: they are due for rotation. */
export function dueSections(state: LedgerState, now: number): ReadonlySet<SectionId> {
  const at = Math.max(now, state.time);
  return new Set([...state.grants.values()].flatMap((grant) => dueOfGrant(state, grant, at)));
}

/** Whether two sets share a member. */
export function meets<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  return [...one].some((member) => other.has(member));
}

export function knownCard(signed: Signed): KnownCard {
  return { card: verifyCard(signed), signed };
}

function dueOfGrant(state: LedgerState, grant: GrantRecord, now: number): readonly SectionId[] {
  const latest = latestTerm(grant);
  const live = !['expired', 'revoked'].includes(stateOfTerm(latest, now));
  return grant.terms.flatMap((term, index) => {
    const heir = live && (term === latest || term.professional === latest.professional);
    const kept = heir ? sectionsOfTerm(latest) : new Set<SectionId>();
    const endSeq = term.revokedSeq ?? grant.terms[index + 1]?.seq;
    return [...sectionsOfTerm(term)].filter((section) => {
      const known = state.sections.get(section);
      if (known === undefined || kept.has(section)) return false;
      if (endSeq !== undefined) return known.rotatedSeq < endSeq;
      return stateOfTerm(term, now) === 'expired' && known.rotatedTime < endByClock(term);
    });
  });
}

/** When a term ends by itself. */
export function endByClock(term: GrantTerm): number {
  const { redeem, not_after: end } = term.statement;
  const unredeemed = term.professional === undefined && redeem !== undefined;
  return unredeemed ? Math.min(end, redeem.not_after + 1) : end;
}
