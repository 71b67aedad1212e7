/**
 * What the worker holds while somebody is signed in: the client with its keys, and the vaults that were opened.
 *
 * Owned by the worker; gone when the worker ends, which is what locking does.
 */
import { Api } from '../api/client.ts';
import { ApiError } from '../api/errors.ts';
import { readVaults } from '../api/types.ts';
import { checkId, type AccountId, type DocumentId, type VaultId } from '../crypto/encoding.ts';
import type { Kit } from '../crypto/recovery.ts';
import type { Signed } from '../crypto/statements.ts';
import type { Parts } from '../vault/account.ts';
import type { Client } from '../vault/client.ts';
import type { DocumentState } from '../vault/ledger_state.ts';
import { keepInStep } from '../vault/keeping.ts';
import { KeptDocuments } from '../vault/kept_documents.ts';
import { BrowserKeyrings } from '../vault/kept_keyrings.ts';
import { enterOpenings, KeptOpenings } from '../vault/kept_openings.ts';
import { BrowserPins } from '../vault/pins.ts';
import { BrowserRecords, type SealedRecords } from '../vault/records.ts';
import { completeGrants } from '../vault/grants.ts';
import { takeIn } from '../vault/inbox.ts';
import { readJournal } from '../vault/journal.ts';
import { followShares } from '../vault/shares.ts';
import { OpenVault } from '../vault/vaults.ts';
import { keptList } from './list_record.ts';
import { Refusal } from './outcome.ts';
import { scriptUrl } from './script_url.ts';
import { Visits } from './visits.ts';
import verifyingUrl from './verifying.ts?worker&url';

/** The state of a worker. */
export class Workplace {
  readonly parts: Parts;
  /** What this browser keeps of accounts, sealed. */
  readonly store = new BrowserRecords();
  readonly keyrings = new BrowserKeyrings();
  /** Shown once after signing up. */
  kit: Kit | undefined;
  /** The account's own card, for professionals who accept invitations. */
  card: Signed | undefined;
  /** What professionals saw of their patients' vaults. */
  readonly visits = new Visits();
  private held: Client | undefined;
  private list: { readonly id: VaultId; readonly data: ReturnType<typeof keptList> } | undefined;
  private readonly vaults = new Map<VaultId, Promise<OpenVault>>();
  private queue: Promise<unknown> = Promise.resolve();
  private untilEnd = new AbortController();

  constructor(origin: string) {
    this.parts = {
      api: new Api(origin),
      pins: new BrowserPins(),
      records: this.store,
      keyrings: this.keyrings,
      threads: () => new Worker(scriptUrl(verifyingUrl), { type: 'module', name: 'coffre-verifying' }),
      now: () => Math.floor(Date.now() / 1000),
    };
  }

  get client(): Client {
    if (this.held === undefined) throw new Refusal('unauthenticated');
    return this.held;
  }

  /** The client, if somebody is signed in. */
  get signedIn(): Client | undefined {
    return this.held;
  }

  /** Begins to work for an account; nothing of another one stays. */
  begin(client: Client): void {
    this.end();
    this.held = client;
    // What the first page asks for, read while that page is put together.
    const own = client.keyring.vault?.id;
    if (own === undefined) return;
    this.list = { id: own, data: keptList(client.records, own) };
    this.list.data.catch(() => undefined);
  }

  /** The list of a vault as it was shown last on this device. */
  kept(id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { list } = this;
    this.list = undefined;
    return list?.id === id ? list.data : keptList(this.client.records, id);
  }

  end(): void {
    this.untilEnd.abort();
    this.untilEnd = new AbortController();
    this.held = undefined;
    this.list = undefined;
    this.kit = undefined;
    this.card = undefined;
    this.vaults.clear();
  }

  /** The account's own vault. Raises `forbidden` for professionals, who have none. */
  own(): Promise<OpenVault> {
    return this.vault(this.ownId());
  }

  /** The same, with what the server has beyond. */
  freshOwn(): Promise<OpenVault> {
    return this.fresh(this.ownId());
  }

  private ownId(): VaultId {
    const id = this.client.keyring.vault?.id;
    if (id === undefined) throw new Refusal('forbidden');
    return id;
  }

  /** A vault, opened once and kept. */
  vault(text: string): Promise<OpenVault> {
    const id = checkId<VaultId>(text);
    const known = this.vaults.get(id);
    if (known !== undefined) return known;
    const opening = this.open(id);
    this.vaults.set(id, opening);
    // A vault that could not be opened may be tried again.
    opening.catch(() => this.vaults.delete(id));
    return opening;
  }

  /** A vault with what the server has beyond. */
  async fresh(text: string): Promise<OpenVault> {
    const known = this.vaults.has(text as VaultId);
    const vault = await this.vault(text);
    if (known) {
      await vault.sync();
      await this.tidy(vault);
    }
    return vault;
  }

  /** A live document that the account can read, if need be after asking the server for what is new. Raises `not_found`. */
  async document(vault: OpenVault, id: DocumentId): Promise<DocumentState> {
    const known = vault.document(id);
    if (known !== undefined) return known;
    await vault.sync();
    const found = vault.document(id);
    if (found === undefined) throw new ApiError('not_found', 404);
    return found;
  }

  /** What is due after grants ended. Raises what stands in its way. */
  complete(vault: OpenVault): Promise<void> {
    return this.inTurn(() => completeGrants(vault));
  }

  /** Gives links that follow what was saved just now; what fails stays due. */
  async follow(vault: OpenVault): Promise<void> {
    try {
      await this.inTurn(() => followShares(vault, openingsOf(vault), this.untilEnd.signal));
    } catch {
      // At the next unlock.
    }
  }

  /** Runs what takes several steps of keyring and ledger, one after the other. */
  inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action, action);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** The account's vaults as the server lists them. */
  async listed() {
    return (await this.client.api.get('/vaults', readVaults)).vaults;
  }

  /** What this browser keeps of the account is forgotten, after a last try to enter what was opened without the server. */
  async forgetKept(): Promise<void> {
    const client = this.held;
    if (client === undefined) return;
    try {
      if (client.keyring.vault !== undefined) await this.enterKept(await this.own());
    } catch {
      // Signing out does not depend on it.
    }
    await client.records.forgetAll();
    const place = { origin: this.parts.api.origin, account: client.session.account };
    await this.keyrings.delete(place).catch(() => undefined);
  }

  private async open(id: VaultId): Promise<OpenVault> {
    const vault = await OpenVault.open(this.client, id);
    await this.tidy(vault);
    if (vault.owned) {
      try {
        await this.enterKept(vault);
      } catch {
        // The notes stay, and are entered at the next unlock.
      }
      this.keepInStep(vault);
    }
    return vault;
  }

  /** The keyring beside copies, unless this browser has seen a newer one: another tab's, which kept it. Raises what the storage raises. */
  async keepKeyring(client: Client): Promise<void> {
    const place = { origin: this.parts.api.origin, account: client.session.account };
    const seen = await this.parts.pins.sequence(place.origin, place.account);
    if (client.keyring.sequence < seen || client.records.isForgotten) return;
    await this.keyrings.put(place, client.opened.data);
  }

  /** A keyring is kept for copies alone: it goes with the last one. */
  async forgetUnused(records: SealedRecords, account: AccountId): Promise<void> {
    if ((await new KeptDocuments(records).all()).length > 0) return;
    await this.keyrings.delete({ origin: this.parts.api.origin, account });
  }

  /** Brings the copies in step with the own vault. Nothing waits for it, and what fails is tried again at the next unlock. */
  keepInStep(vault: OpenVault): void {
    this.keptInStep(vault).catch(() => undefined);
  }

  /** The copy of a document of the own vault, if this browser keeps one. */
  async forgetCopy(document: DocumentId): Promise<void> {
    const { records, session } = this.client;
    await new KeptDocuments(records).forget(document);
    await this.forgetUnused(records, session.account);
  }

  private async keptInStep(vault: OpenVault): Promise<void> {
    const { client } = vault;
    await keepInStep(vault);
    await this.forgetUnused(client.records, client.session.account);
    // A page that was closed at the wrong moment left copies that nothing opens.
    if ((await new KeptDocuments(client.records).all()).length > 0) await this.keepKeyring(client);
  }

  private async enterKept(vault: OpenVault): Promise<void> {
    await enterOpenings(vault, new KeptOpenings(vault.client.records));
  }

  /** `complete`, where a vault is read: what keeps a rotation from being done now must not keep its owner out. */
  private async tidy(vault: OpenVault): Promise<void> {
    try {
      await this.complete(vault);
      await this.inTurn(() => followShares(vault, openingsOf(vault), this.untilEnd.signal));
    } catch {
      // It stays due, and the page of grants says why.
    }
    try {
      await this.inTurn(() => takeIn(vault));
    } catch {
      // What waits goes on waiting, and is shown as such.
    }
  }
}

/** How often each share was opened, by the journal. */
function openingsOf(vault: OpenVault) {
  return async () => (await readJournal(vault)).openings;
}
