/**
 * Rules of the fold for documents (spec chapter 6): added, deposited, filed elsewhere, removed, brought back.
 *
 * Position, signature and body hash were checked before by the fold; each rule raises tampered.
 */
import { equalBytes } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import {
  kindOf,
  metadataHash,
  parse,
  statementHash,
  type Deposit,
  type Manifest,
  type Refile,
  type Removal,
  type Restoral,
} from '../crypto/statements.ts';
import {
  follows,
  inView,
  learnCard,
  require,
  requireNewest,
  seesAll,
  type Draft,
  type Place,
} from './ledger_place.ts';
import {
  knownCard,
  latestTerm,
  latestVersion,
  sectionOf,
  termCovers,
  type DocumentState,
  type FilingState,
  type VersionState,
} from './ledger_state.ts';

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

function checkAuthorMetadata(state: Draft, { author, author_metadata: own }: Manifest | Deposit): void {
  const rule = "author's metadata belongs to authors who are not the owner";
  require(rule, (own !== undefined) === (author !== state.owner));
}

/** A version of a document, in the section where it is. */
export function applyManifest(state: Draft, statement: Manifest, place: Place): void {
  requireNewest(state, statement.section, statement.epoch);
  require('author without the right to add', mayAdd(state, statement, place));
  const masked = state.maskNew && statement.author !== state.owner && statement.version === 1;
  require('new document while these are masked', !masked);
  checkAuthorMetadata(state, statement);
  // Outside of their sections professionals see what they wrote or what a grant names, and nothing between.
  const alone = !inView(state, place, statement.section);
  const added = versionOf(statement, place);
  const known = state.documents.get(statement.document);
  if (known === undefined) {
    require('version without the ones before', statement.version === 1 || alone);
    const { document } = statement;
    const author = statement.version === 1 ? statement.author : undefined;
    state.documents.set(document, { document, versions: [added], author });
    return;
  }
  require('version of a removed document', known.removed === undefined);
  requireFollows(statement, known, alone);
  state.documents.set(statement.document, { ...known, versions: [...known.versions, added] });
}

/** A first version in the inbox, by whoever signed the card that it brings. */
export function applyDeposit(state: Draft, statement: Deposit, place: Place): void {
  const { document, section, epoch, author } = statement;
  require('deposit elsewhere than in the inbox', section === state.inbox);
  requireNewest(state, section, epoch);
  require('deposit under a used identifier', !state.documents.has(document));
  learnCard(state, knownCard(statement.card));
  state.documents.set(document, { document, versions: [versionOf(statement, place)], author });
}

function versionOf(statement: Manifest | Deposit, place: Place): VersionState {
  const { body } = place.entry;
  check(body !== undefined, () => tampered('entry without its body'));
  const hash = statementHash(body.signed.statement);
  return { manifest: statement, hash, filing: filingOf(statement, place), added: place.header.time };
}

function requireFollows(statement: Manifest, known: DocumentState, alone: boolean): void {
  const latest = latestVersion(known);
  if (alone && statement.version > latest.manifest.version + 1) return;
  require('version out of order', statement.version === latest.manifest.version + 1);
  require('version that does not follow the one before', same(statement.previous, latest.hash));
  const there = alone || statement.section === sectionOf(known);
  require('version in a section where the document is not', there);
}

function filingOf(statement: Manifest | Deposit | Refile, { header, entry }: Place): FilingState {
  return {
    section: statement.section,
    epoch: statement.epoch,
    header: statement.header,
    metadata: statement.kind === 'deposit' ? undefined : statement.metadata,
    seq: header.seq,
    sealed: entry.metadata,
  };
}

/** The latest version moves to another section or epoch. */
export function applyRefile(state: Draft, statement: Refile, place: Place): void {
  requireNewest(state, statement.section, statement.epoch);
  let known = state.documents.get(statement.document);
  if (known === undefined || !equalBytes(latestVersion(known).hash, statement.manifest)) {
    known = learn(state, statement, place);
  } else if (inView(state, place, sectionOf(known)) || follows(place, latestVersion(known))) {
    require('refile from a section where the document is not', sectionOf(known) === statement.from);
  }
  const latest = latestVersion(known);
  require('refile of a removed document', known.removed === undefined);
  require('refile of another version', latest.manifest.version === statement.version);
  const moved = { ...latest, filing: filingOf(statement, place) };
  state.documents.set(statement.document, withLatestVersion(known, moved));
}

/** A document that comes from sections a professional does not see: the owner vouches for its manifest. */
function learn(state: Draft, statement: Refile, place: Place): DocumentState {
  const data = place.entry.manifest;
  const known = state.documents.get(statement.document);
  const unseen = !seesAll(state, place) && !place.viewer.sections.has(statement.from);
  require('refile of no latest', unseen);
  const named = data !== undefined && equalBytes(statementHash(data), statement.manifest);
  check(named, () => tampered('refile without the manifest it names'));
  const manifest = kindOf(data) === 'deposit' ? parse('deposit', data) : parse('manifest', data);
  const ours =
    manifest.document === statement.document &&
    manifest.vault === statement.vault &&
    manifest.version === statement.version;
  require('manifest of another document', ours);
  checkAuthorMetadata(state, manifest);
  const newer = known === undefined || latestVersion(known).manifest.version < manifest.version;
  require('refile of an older version', newer);
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

function same(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && equalBytes(one, other);
}

/** A live document goes to the bin, by the owner or by who wrote it. */
export function applyRemoval(state: Draft, statement: Removal, place: Place): void {
  const known = state.documents.get(statement.document);
  check(known !== undefined && known.removed === undefined, () => tampered('removal of no live document'));
  // A professional who came to know a later version does not know who wrote the first.
  const writer = known.author === statement.author || (known.author === undefined && !seesAll(state, place));
  require('removal by neither owner nor author', statement.author === state.owner || writer);
  requireNamed(state, statement, known, place);
  state.documents.set(statement.document, { ...known, removed: place.header.time });
}

/** A removed document is back where it was; its metadata comes with the entry. */
export function applyRestoral(state: Draft, statement: Restoral, place: Place): void {
  const known = state.documents.get(statement.document);
  check(known?.removed !== undefined, () => tampered('restoral of no removed document'));
  requireNamed(state, statement, known, place);
  const { metadata: sealed } = place.entry;
  const latest = latestVersion(known);
  const live = { ...known, removed: undefined };
  if (sealed === undefined) {
    state.documents.set(statement.document, live);
    return;
  }
  const current =
    equalBytes(statement.manifest, latest.hash) && same(latest.filing.metadata, metadataHash(sealed));
  require("metadata that is not the version's", current);
  const found = { ...latest, filing: { ...latest.filing, sealed } };
  state.documents.set(statement.document, withLatestVersion(live, found));
}

/** Raises tampered unless the statement names the latest version and where it is, as far as is known. */
function requireNamed(state: Draft, statement: Removal | Restoral, known: DocumentState, place: Place): void {
  const latest = latestVersion(known);
  const named = equalBytes(statement.manifest, latest.hash) && statement.version === latest.manifest.version;
  // Outside of their sections professionals do not see every version and move.
  const visible = inView(state, place, statement.section);
  const unseen = !visible && statement.version > latest.manifest.version;
  require('another version than the latest', named || unseen);
  const followed = visible || follows(place, latest);
  const there = unseen || !followed || statement.section === sectionOf(known);
  require("another section than the document's", there);
}
