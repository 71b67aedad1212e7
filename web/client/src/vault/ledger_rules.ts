/**
 * The kinds' own rules (spec chapter 6, "Folding"): may this author say this now, and what changes.
 *
 * Each rule takes the draft (a copy that the fold throws away on an error), the verified statement and its place, and
 * raises tampered. Position, signature and body hash were checked before by the fold.
 */
import { equalBytes, type KeyId, type SectionId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import type { ChainedStatement, Entry, EntryHeader } from '../crypto/journal.ts';
import {
  metadataHash,
  parse,
  statementHash,
  verifyRedemption,
  type Acceptance,
  type Grant,
  type Manifest,
  type Refile,
  type Removal,
  type Revocation,
  type Rotation,
  type Share,
  type ShareEnd,
  type Vault,
} from '../crypto/statements.ts';
import {
  knownCard,
  latestTerm,
  latestVersion,
  remainingGrants,
  sectionOf,
  termCovers,
  versionOf,
  withLatestTerm,
  type DocumentState,
  type FilingState,
  type GrantTerm,
  type KnownCard,
  type LedgerState,
  type VersionState,
} from './ledger_state.ts';

/** Who folds: their key id and, for a professional, the sections of their current grants. */
export interface Viewer {
  readonly key: KeyId;
  readonly sections: ReadonlySet<SectionId>;
}

/** Where a statement stands, and for whom it is folded. */
export interface Place {
  readonly header: EntryHeader;
  readonly entry: Entry;
  readonly viewer: Viewer;
}

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : T[K];
};
/** A state while a fold works on it. */
export type Draft = Mutable<LedgerState>;

/** An independent copy: the records inside are immutable. */
export function draftOf(state: LedgerState): Draft {
  return {
    ...state,
    sections: new Map(state.sections),
    documents: new Map(state.documents),
    grants: new Map(state.grants),
    shares: new Map(state.shares),
    cards: new Map(state.cards),
  };
}

/** Changes the draft by one verified statement. Raises tampered if the statement may not stand here. */
export function apply(state: Draft, statement: ChainedStatement, place: Place): void {
  checkAttachments(statement, place.entry);
  if (statement.kind === 'vault') return applyVault(state, statement, place);
  if (statement.kind === 'manifest') return applyManifest(state, statement, place);
  if (statement.kind === 'removal') return applyRemoval(state, statement, place);
  if (statement.kind === 'acceptance') return applyAcceptance(state, statement, place);
  require_('statement that only the owner may make', statement.author === state.owner);
  if (statement.kind === 'refile') return applyRefile(state, statement, place);
  if (statement.kind === 'grant') return applyGrant(state, statement, place);
  if (statement.kind === 'revocation') return applyRevocation(state, statement, place);
  if (statement.kind === 'rotation') return applyRotation(state, statement, place);
  if (statement.kind === 'share') return applyShare(state, statement, place);
  if (statement.kind === 'share_end') return applyShareEnd(state, statement, place);
  throw tampered('kind without a rule');
}

/** Keeps a verified card; of several for the same keys, the newest. */
export function learnCard(state: Draft, found: KnownCard): void {
  const known = state.cards.get(found.card.author);
  if (known === undefined || known.card.time < found.card.time) state.cards.set(found.card.author, found);
}

function require_(rule: string, holds: boolean): void {
  check(holds, () => tampered(rule));
}

function checkAttachments(statement: ChainedStatement, { metadata, manifest }: Entry): void {
  if (metadata !== undefined) {
    const placed = statement.kind === 'manifest' || statement.kind === 'refile';
    check(placed, () => tampered('metadata on an entry that has none'));
    require_("metadata that is not the statement's", equalBytes(metadataHash(metadata), statement.metadata));
  }
  require_('manifest on an entry that is no refile', manifest === undefined || statement.kind === 'refile');
}

function seesAll(state: Draft, { viewer }: Place): boolean {
  return viewer.key === state.owner;
}

function requireNewest(state: Draft, section: SectionId, epoch: number): void {
  require_('section unknown or not at its newest epoch', state.sections.get(section)?.epoch === epoch);
}

function applyVault(state: Draft, statement: Vault, { header }: Place): void {
  require_('second vault statement', state.owner === undefined);
  state.owner = statement.author;
  state.server = statement.server;
  state.inbox = statement.inbox;
  state.inboxRecipient = statement.inbox_recipient;
  state.cards.set(statement.author, knownCard(statement.card));
  for (const { section, epoch, name } of statement.sections) {
    const at = { rotatedSeq: header.seq, rotatedTime: statement.time };
    state.sections.set(section, { section, epoch, name, ladders: new Map(), ...at });
  }
}

function mayAdd(state: Draft, statement: Manifest, place: Place): boolean {
  const { author, section } = statement;
  if (author === state.owner) return true;
  if (!seesAll(state, place) && author !== place.viewer.key) {
    return state.cards.get(author)?.card.role === 'professional';
  }
  const use = { professional: author, section, time: place.header.time };
  return [...state.grants.values()]
    .map(latestTerm)
    .some((term) => term.revoked === undefined && termCovers(term, 'add', use));
}

function inView(state: Draft, place: Place, section: SectionId): boolean {
  return seesAll(state, place) || place.viewer.sections.has(section);
}

function checkAuthorMetadata(state: Draft, { author, author_metadata: own }: Manifest): void {
  const rule = "author's metadata belongs to authors who are not the owner";
  require_(rule, (own !== undefined) === (author !== state.owner));
}

function applyManifest(state: Draft, statement: Manifest, place: Place): void {
  requireNewest(state, statement.section, statement.epoch);
  require_('author without the right to add', mayAdd(state, statement, place));
  checkAuthorMetadata(state, statement);
  // Outside of their sections authors see their own versions only, not those of others between.
  const alone = statement.author === place.viewer.key && !inView(state, place, statement.section);
  check(place.entry.body !== undefined, () => tampered('entry without its body'));
  const added: VersionState = {
    manifest: statement,
    hash: statementHash(place.entry.body.signed.statement),
    filing: filingOf(statement, place),
    added: place.header.time,
  };
  const known = state.documents.get(statement.document);
  if (known === undefined) {
    require_('version without the ones before', statement.version === 1 || alone);
    const { document } = statement;
    const author = statement.version === 1 ? statement.author : undefined;
    state.documents.set(document, { document, versions: [added], author });
    return;
  }
  require_('version of a removed document', known.removed === undefined);
  requireFollows(statement, known, alone);
  state.documents.set(statement.document, { ...known, versions: [...known.versions, added] });
}

function requireFollows(statement: Manifest, known: DocumentState, alone: boolean): void {
  const latest = latestVersion(known);
  if (alone && statement.version > latest.manifest.version + 1) return;
  require_('version out of order', statement.version === latest.manifest.version + 1);
  require_('version that does not follow the one before', same(statement.previous, latest.hash));
  const there = alone || statement.section === sectionOf(known);
  require_('version in a section where the document is not', there);
}

function filingOf(statement: Manifest | Refile, { header, entry }: Place): FilingState {
  return {
    section: statement.section,
    epoch: statement.epoch,
    header: statement.header,
    metadata: statement.metadata,
    seq: header.seq,
    sealed: entry.metadata,
  };
}

function applyRefile(state: Draft, statement: Refile, place: Place): void {
  requireNewest(state, statement.section, statement.epoch);
  let known = state.documents.get(statement.document);
  if (known === undefined || !equalBytes(latestVersion(known).hash, statement.manifest)) {
    known = learn(state, statement, place);
  } else if (inView(state, place, sectionOf(known)) || isOwn(known, place)) {
    require_('refile from a section where the document is not', sectionOf(known) === statement.from);
  }
  const latest = latestVersion(known);
  require_('refile of a removed document', known.removed === undefined);
  require_('refile of another version', latest.manifest.version === statement.version);
  const moved = { ...latest, filing: filingOf(statement, place) };
  state.documents.set(statement.document, withLatestVersion(known, moved));
}

/** A document that comes from sections a professional does not see: the owner vouches for its manifest. */
function learn(state: Draft, statement: Refile, place: Place): DocumentState {
  const data = place.entry.manifest;
  const known = state.documents.get(statement.document);
  const unseen = !seesAll(state, place) && !place.viewer.sections.has(statement.from);
  require_('refile of no latest', unseen);
  const named = data !== undefined && equalBytes(statementHash(data), statement.manifest);
  check(named, () => tampered('refile without the manifest it names'));
  const manifest = parse('manifest', data);
  const ours =
    manifest.document === statement.document &&
    manifest.vault === statement.vault &&
    manifest.version === statement.version;
  require_('manifest of another document', ours);
  checkAuthorMetadata(state, manifest);
  const newer = known === undefined || latestVersion(known).manifest.version < manifest.version;
  require_('refile of an older version', newer);
  const filing = filingOf(statement, place);
  const version = { manifest, hash: statement.manifest, filing, added: manifest.time };
  if (known !== undefined) return { ...known, versions: [...known.versions, version] };
  const author = manifest.version === 1 ? manifest.author : undefined;
  return { document: manifest.document, versions: [version], author };
}

function withLatestVersion(known: DocumentState, version: VersionState): DocumentState {
  const [first, ...rest] = [...known.versions.slice(0, -1), version];
  return { ...known, versions: [first ?? version, ...rest] };
}

function applyRemoval(state: Draft, statement: Removal, place: Place): void {
  const known = state.documents.get(statement.document);
  check(known !== undefined && known.removed === undefined, () => tampered('removal of no live document'));
  // A professional who came to know a later version does not know who wrote the first.
  const writer = known.author === statement.author || (known.author === undefined && !seesAll(state, place));
  require_('removal by neither owner nor author', statement.author === state.owner || writer);
  const latest = latestVersion(known);
  const named = equalBytes(statement.manifest, latest.hash) && statement.version === latest.manifest.version;
  // Outside of their sections authors do not see the versions and moves of others.
  const visible = inView(state, place, statement.section);
  const unseen = !visible && statement.version > latest.manifest.version;
  require_('removal of another version', named || unseen);
  const followed = visible || isOwn(known, place);
  const there = unseen || !followed || statement.section === sectionOf(known);
  require_('removal from another section', there);
  state.documents.set(statement.document, { ...known, removed: place.header.time });
}

function applyGrant(state: Draft, statement: Grant, place: Place): void {
  const known = state.grants.get(statement.grant);
  const last = known === undefined ? 0 : latestTerm(known).statement.sequence;
  const inOrder = statement.sequence === last + 1 || (!seesAll(state, place) && statement.sequence > last);
  require_('grant out of sequence', inOrder);
  for (const { section, epoch } of statement.sections) requireNewest(state, section, epoch);
  const card = statement.card === undefined ? undefined : knownCard(statement.card);
  if (card !== undefined) learnCard(state, card);
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

function applyAcceptance(state: Draft, statement: Acceptance, place: Place): void {
  const known = state.grants.get(statement.grant);
  const term = known === undefined ? undefined : latestTerm(known);
  const redeem = term?.statement.redeem;
  const invited = known !== undefined && term !== undefined && redeem !== undefined;
  check(invited, () => tampered('acceptance of no invitation'));
  require_('acceptance of another sequence', term.statement.sequence === statement.sequence);
  require_('second acceptance', term.professional === undefined);
  require_('acceptance of a revoked invitation', term.revoked === undefined);
  require_("acceptance after the invitation's time", place.header.time <= redeem.not_after);
  const { author: professional, bundle, grant, vault } = statement;
  verifyRedemption(redeem.key, statement.proof, { grant, professional, vault });
  learnCard(state, knownCard(statement.card));
  const accepted = { professional, acceptance: statement, accepted: place.header.time, bundle };
  state.grants.set(grant, withLatestTerm(known, { ...term, ...accepted }));
}

function applyRevocation(state: Draft, statement: Revocation, { header }: Place): void {
  const known = state.grants.get(statement.grant);
  const term = known === undefined ? undefined : latestTerm(known);
  const found = known !== undefined && term?.statement.sequence === statement.sequence;
  check(found && term !== undefined, () => tampered('revocation of no known grant'));
  if (term.revoked !== undefined) return;
  const revoked = { ...term, revoked: header.time, revokedSeq: header.seq };
  state.grants.set(statement.grant, withLatestTerm(known, revoked));
}

function applyRotation(state: Draft, statement: Rotation, place: Place): void {
  const sections = new Set(statement.sections.map((item) => item.section));
  const withInbox = state.inbox !== undefined && sections.has(state.inbox);
  require_('inbox recipient misplaced', (statement.inbox_recipient !== undefined) === withInbox);
  for (const { section, epoch, name, ladder } of statement.sections) {
    requireNewest(state, section, epoch - 1);
    const ladders = new Map(state.sections.get(section)?.ladders).set(epoch, ladder);
    const at = { rotatedSeq: place.header.seq, rotatedTime: statement.time };
    state.sections.set(section, { section, epoch, name, ladders, ...at });
  }
  if (statement.inbox_recipient !== undefined) state.inboxRecipient = statement.inbox_recipient;
  if (seesAll(state, place)) {
    const expected = [...remainingGrants(state, sections, statement.time)].sort();
    const listed = statement.grants.map((item) => item.grant);
    require_('rotation for other grants', listed.join() === expected.join());
  }
  for (const { grant, bundle } of statement.grants) {
    const found = state.grants.get(grant);
    if (found !== undefined) state.grants.set(grant, withLatestTerm(found, { ...latestTerm(found), bundle }));
  }
}

function applyShare(state: Draft, statement: Share, place: Place): void {
  require_('share that is already known', !state.shares.has(statement.share));
  if (seesAll(state, place)) {
    const live = statement.documents.every(({ document, version }) => {
      const known = state.documents.get(document);
      return known !== undefined && known.removed === undefined && versionOf(known, version) !== undefined;
    });
    require_('share of no live document', live);
  }
  state.shares.set(statement.share, { statement, since: place.header.time });
}

function applyShareEnd(state: Draft, statement: ShareEnd, { header }: Place): void {
  const known = state.shares.get(statement.share);
  check(known !== undefined, () => tampered('end of no known share'));
  if (known.ended === undefined) state.shares.set(statement.share, { ...known, ended: header.time });
}

/** Whether the latest version that is known is the viewer's own, whose moves are all shown. */
function isOwn(known: DocumentState, { viewer }: Place): boolean {
  return latestVersion(known).manifest.author === viewer.key;
}

function same(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && equalBytes(one, other);
}
