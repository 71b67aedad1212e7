/**
 * A vault as this account can use it: the folded ledger, the section keys at hand, names and metadata opened.
 *
 *     const vault = await OpenVault.open(client, id);
 *     for (const document of vault.documents()) …
 *
 * Owns fetching, pins and which key opens what, for owner and professional alike. One change at a time: `append` and `sync`
 * wait for each other, since a statement is valid at one position only.
 */
import { ApiError } from '../api/errors.ts';
import { readAppended } from '../api/types.ts';
import {
  b64u,
  equalBytes,
  type DocumentId,
  type GrantId,
  type SectionId,
  type VaultId,
} from '../crypto/encoding.ts';
import { check, CoffreError, tampered, wrongKey } from '../crypto/errors.ts';
import type { GrantedDocument } from '../crypto/document_bundle.ts';
import type { Entry } from '../crypto/journal.ts';
import { openMetadata, type Metadata } from '../crypto/metadata.ts';
import {
  openName,
  secretOfEpoch,
  type Filing,
  type SectionName,
  type SectionSecret,
} from '../crypto/sections.ts';
import { signedToWire, versionOrder } from '../crypto/statements.ts';
import { AccessChain } from './access_chain.ts';
import { entitledBy, grantsInForce, requireShown } from './granted.ts';
import { grantedKeys, NO_KEYS, ownKeys } from './held_keys.ts';
import { reaches, type Viewer } from './ledger_place.ts';
import { LedgerChain } from './ledger_sync.ts';
import { answeredEntry, type Destination, type Draft, type LedgerStatement } from './drafts.ts';
import type { Client } from './client.ts';
import type { Event, Pin } from './ledger_chain.ts';
import {
  hasRight,
  latestTerm,
  sectionOf,
  sectionsOfTerm,
  termNames,
  type DocumentState,
  type FilingState,
  type GrantRecord,
  type LedgerState,
  type Right,
  type VersionState,
} from './ledger_state.ts';

export type { Destination, Draft, LedgerStatement } from './drafts.ts';

const ATTEMPTS = 5;

/** A vault that is open in the worker. */
export class OpenVault {
  readonly client: Client;
  readonly id: VaultId;
  readonly accesses: AccessChain;
  private readonly chain: LedgerChain;
  private keys = NO_KEYS;
  /** Metadata that came with an opening as author, by the manifest's hash. */
  private readonly authored = new Map<string, Metadata>();
  /** Metadata that was opened, by where the version is: a list of thousands is shown again and again. */
  private readonly opened = new WeakMap<FilingState, Metadata>();
  /** Names that were opened, by their sealed bytes. */
  private readonly names = new WeakMap<Uint8Array, SectionName>();
  /** The head that was pinned last. */
  private pinned: Uint8Array | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(client: Client, chain: LedgerChain) {
    this.client = client;
    this.id = chain.ledger.state.vault;
    this.chain = chain;
    this.accesses = new AccessChain(client, this.id);
  }

  /**
   * Folds a vault, from what this browser has verified before or from the first entry, and opens what the account has keys for.
   * Raises what the fold raises, and ApiError.
   */
  static async open(client: Client, id: VaultId): Promise<OpenVault> {
    const vault = new OpenVault(client, await LedgerChain.open(client, id));
    await vault.sync();
    return vault;
  }

  get state(): LedgerState {
    return this.chain.ledger.state;
  }

  /** Every entry of the ledger as it was verified, oldest first. */
  get events(): readonly Event[] {
    return this.chain.events;
  }

  /** Whether the account is the patient whose vault it is. */
  get owned(): boolean {
    return this.client.keyring.vault?.id === this.id;
  }

  /** The clock, never behind the newest entry that was seen. */
  now(): number {
    return Math.max(this.client.now(), this.state.time);
  }

  /** Size and head of the ledger as folded. */
  position(): Pin {
    return this.chain.ledger.position();
  }

  /** Folds what the server has beyond. */
  sync(): Promise<void> {
    return this.alone(() => this.bringUpToDate());
  }

  /** Runs an action while no other one changes the vault. */
  alone<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action, action);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /**
   * Signs a statement for the next position and sends it, again when another entry came first; then folds what came of it.
   * `make` builds it from the state at hand. Raises ApiError, and what the fold raises.
   */
  append(destination: Destination, make: (state: LedgerState) => Draft): Promise<void> {
    return this.alone(() => this.appendNow(destination, make));
  }

  // ---- sections -------------------------------------------------------------------------------------------------

  /** A section's secret of an epoch. Raises wrong_key when the account holds none that reaches it. */
  secret(section: SectionId, epoch: number): SectionSecret {
    const newest = this.keys.secrets.get(section);
    const known = this.state.sections.get(section);
    check(newest !== undefined && known !== undefined, () => wrongKey('a section without a key at hand'));
    return secretOfEpoch(newest, epoch, known.ladders, { vault: this.id, section });
  }

  /** A section's newest secret, to seal under. */
  newest(section: SectionId): SectionSecret {
    return this.secret(section, this.state.sections.get(section)?.epoch ?? 1);
  }

  /** The sections whose key the account holds, with their names. */
  sections(): ReadonlyMap<SectionId, SectionName> {
    const held = [...this.keys.secrets.keys()].filter((section) => this.state.sections.has(section));
    return new Map(held.map((section) => [section, this.nameOf(section)]));
  }

  /** A section's name; of a section whose newest key the account was not given yet, no more than that it is one. */
  nameOf(section: SectionId): SectionName {
    const known = this.state.sections.get(section);
    check(known !== undefined, () => wrongKey('an unknown section'));
    if (!this.holdsNewest(section)) return { kind: 'custom' };
    const opened = this.names.get(known.name);
    if (opened !== undefined) return opened;
    const name = openName(this.secret(section, known.epoch), known.name, { vault: this.id, section });
    this.names.set(known.name, name);
    return name;
  }

  /** The section of a kind that every vault starts with. Raises wrong_key when the account holds none. */
  sectionOfKind(kind: SectionName['kind']): SectionId {
    const found = [...this.sections()].find(([, name]) => name.kind === kind);
    check(found !== undefined, () => wrongKey('a section without a key at hand'));
    return found[0];
  }

  /** The sections in which the account has a right now. */
  sectionsWith(right: Right): ReadonlySet<SectionId> {
    if (this.owned) return new Set(this.keys.secrets.keys());
    const terms = this.currentGrants(right).map(latestTerm);
    const granted = terms.flatMap((term) => [...sectionsOfTerm(term)]);
    // Nobody seals under an old epoch.
    return new Set(right === 'read' ? granted : granted.filter((section) => this.holdsNewest(section)));
  }

  private holdsNewest(section: SectionId): boolean {
    return this.keys.secrets.get(section)?.epoch === this.state.sections.get(section)?.epoch;
  }

  // ---- documents ------------------------------------------------------------------------------------------------

  /**
   * The live documents that the account can read, in the order in which they were added. Of those that the patient files
   * elsewhere a professional keeps the versions that they wrote, or were granted by name.
   */
  documents(): readonly DocumentState[] {
    const readable = this.sectionsWith('read');
    const live = [...this.state.documents.values()].filter(({ removed }) => removed === undefined);
    return live.flatMap((document) => {
      if (readable.has(sectionOf(document))) return [document];
      const [first, ...rest] = document.versions.filter(
        ({ manifest }) => manifest.author === this.client.me || this.keys.named.has(versionOrder(manifest)),
      );
      const kept = first !== undefined && this.currentGrants('read').length > 0;
      return kept ? [{ ...document, versions: [first, ...rest] }] : [];
    });
  }

  /**
   * Whether the account reads a version as its author only, without a key of the section it is in now. Its metadata then
   * comes when it is opened.
   */
  asAuthor(version: VersionState): boolean {
    const { filing, manifest } = version;
    if (this.owned || manifest.author !== this.client.me || this.granted(version) !== undefined) return false;
    return !this.sectionsWith('read').has(filing.section) || filing.sealed === undefined;
  }

  /**
   * What opens a version that the account was granted by name and reads by no section's key. Raises tampered: another manifest
   * under that name than the one that was granted.
   */
  granted(version: VersionState): GrantedDocument | undefined {
    if (this.owned || this.sectionsWith('read').has(version.filing.section)) return undefined;
    const found = this.keys.named.get(versionOrder(version.manifest));
    const same = found === undefined || equalBytes(found.manifest, version.hash);
    check(same, () => tampered('another version than the one granted'));
    return found;
  }

  /** Keeps what came with an opening as author, for as long as the vault is open. */
  remember(version: VersionState, metadata: Metadata): void {
    this.authored.set(b64u(version.hash), metadata);
  }

  /** The metadata of a version that was opened as author, once it was. */
  remembered(version: VersionState): Metadata | undefined {
    return this.authored.get(b64u(version.hash));
  }

  /** A document's size in bytes; while the metadata is not at hand the object's, which is a bit more. */
  sizeOf(version: VersionState): number {
    return this.asAuthor(version) ? version.manifest.length : this.metadata(version).size;
  }

  /** A live document that the account can read. */
  document(id: DocumentId): DocumentState | undefined {
    return this.documents().find((document) => document.document === id);
  }

  /** A version's metadata. Raises tampered when the server withheld it; wrong_key, malformed when it does not open. */
  metadata(version: VersionState): Metadata {
    const granted = this.granted(version);
    if (granted !== undefined) return granted.metadata;
    const known = this.opened.get(version.filing);
    if (known !== undefined) return known;
    const { section, epoch, sealed } = version.filing;
    check(sealed !== undefined, () => tampered('a version without its metadata'));
    const metadata = openMetadata(this.secret(section, epoch), this.filingOf(version), sealed);
    this.opened.set(version.filing, metadata);
    return metadata;
  }

  /** What a version's header and metadata are bound to. */
  filingOf({ filing, manifest }: VersionState): Filing {
    const { document, version } = manifest;
    return { vault: this.id, section: filing.section, epoch: filing.epoch, document, version };
  }

  // ---- grants ---------------------------------------------------------------------------------------------------

  /** The professional's own grants that are in force, newest term each. */
  currentGrants(right?: Right): readonly GrantRecord[] {
    return grantsInForce(this.state, this.client.me, this.now()).filter(
      (grant) => right === undefined || hasRight(latestTerm(grant), right),
    );
  }

  /** The grant by which the professional reads a version. */
  readingGrant(version: VersionState): GrantId | undefined {
    const { section } = version.filing;
    const authored = this.asAuthor(version);
    return this.currentGrants('read').find((grant) => {
      const term = latestTerm(grant);
      return authored || sectionsOfTerm(term).has(section) || termNames(term, version.manifest);
    })?.grant;
  }

  /** Whose vault it is, as the patient's client named itself in the grant's bundle. */
  get patient(): string {
    if (this.owned) return this.client.keyring.name;
    return [...this.keys.bundles.values()][0]?.patient ?? '';
  }

  // ---- the ledger moves -----------------------------------------------------------------------------------------

  private async appendNow(destination: Destination, make: (state: LedgerState) => Draft): Promise<void> {
    const { path, member } = destination;
    for (let attempt = 1; ; attempt++) {
      const { statement, extra = {} } = make(this.state);
      const signed = this.client.sign(statement);
      let entry: Entry;
      try {
        // The very same statement cannot be appended twice, so that it may be sent again.
        const body = { [member]: signedToWire(signed), ...extra };
        const address = `/vaults/${this.id}/${path}`;
        ({ entry } = await this.client.api.post(address, body, readAppended, { again: true }));
      } catch (thrown) {
        const moved = thrown instanceof ApiError && thrown.code === 'stale' && attempt < ATTEMPTS;
        if (!moved) throw thrown;
        const before = this.state.size;
        await this.bringUpToDate();
        // It was appended, and the answer was lost on its way.
        if (this.holds(statement)) return;
        if (this.state.size === before) throw thrown;
        continue;
      }
      const followed = this.owned && this.chain.follow(answeredEntry(statement.kind, extra, entry));
      await (followed ? this.settle() : this.bringUpToDate());
      check(this.holds(statement), () => tampered('acknowledged, and not in the ledger'));
      return;
    }
  }

  /** Whether the entry at a position is this statement's. */
  private holds(statement: LedgerStatement): boolean {
    const event = this.events[statement.seq];
    if (event?.statement?.kind !== statement.kind || event.header.actor !== this.client.me) return false;
    const [there, here] = [this.client.sign(event.statement), this.client.sign(statement)];
    return equalBytes(there.statement, here.statement);
  }

  private async bringUpToDate(): Promise<void> {
    if (this.owned) await this.chain.foldAs({ key: this.client.me, sections: new Set() });
    else await this.foldGranted();
    await this.settle();
  }

  /** The keys of what was folded, and its pin. */
  private async settle(): Promise<void> {
    await this.loadSecrets();
    const { vault, owner } = this.state;
    const ledger = this.position();
    if (this.pinned !== undefined && equalBytes(this.pinned, ledger.head)) return;
    await this.client.pins.saveVault(this.client.api.origin, vault, { owner, ledger });
    this.pinned = ledger.head;
  }

  /** Folds once to learn the own grants, and again if these let the account see more than it asked to be shown, or less. */
  private async foldGranted(): Promise<void> {
    const alone = { key: this.client.me, sections: new Set<SectionId>() };
    const before = this.chain.ledger.viewer ?? alone;
    try {
      await this.chain.foldAs(before);
    } catch (thrown) {
      // One of several rights may have ended: what only it reached is withheld since, and rightly so.
      if (!(thrown instanceof CoffreError && thrown.code === 'tampered') || reaches(alone, before))
        throw thrown;
      await this.chain.foldAs(alone);
      if (reaches(this.entitled, before)) throw thrown;
    }
    const grants = this.currentGrants();
    if (grants.length === 0) throw new ApiError('ended', 403);
    const viewer = this.entitled;
    const { ledger } = this.chain;
    if (ledger.viewer === undefined || !reaches(viewer, ledger.viewer) || ledger.needsRefold(viewer)) {
      await this.chain.foldAs(viewer);
    }
    requireShown(this.state, grants);
  }

  private get entitled(): Viewer {
    return entitledBy(this.currentGrants(), this.client.me);
  }

  private async loadSecrets(): Promise<void> {
    this.keys = this.owned
      ? await ownKeys(this.client, this.state)
      : await grantedKeys(this.client, this.state, this.currentGrants());
  }
}
