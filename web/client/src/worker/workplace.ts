/**
 * What the worker holds while somebody is signed in: the client with its keys, and the vaults that were opened.
 *
 * Owned by the worker; gone when the worker ends, which is what locking does.
 */
import { Api } from '../api/client.ts';
import { readVaults } from '../api/types.ts';
import { checkId, type VaultId } from '../crypto/encoding.ts';
import type { Kit } from '../crypto/recovery.ts';
import type { Signed } from '../crypto/statements.ts';
import type { Parts } from '../vault/account.ts';
import type { Client } from '../vault/client.ts';
import { BrowserPins } from '../vault/pins.ts';
import { finishRotations } from '../vault/rotations.ts';
import { OpenVault } from '../vault/vaults.ts';
import { Refusal } from './outcome.ts';

/** The state of a worker. */
export class Workplace {
  readonly parts: Parts;
  /** Shown once after signing up. */
  kit: Kit | undefined;
  /** The account's own card, for professionals who accept invitations. */
  card: Signed | undefined;
  private signedIn: Client | undefined;
  private readonly vaults = new Map<VaultId, Promise<OpenVault>>();

  constructor(origin: string) {
    this.parts = { api: new Api(origin), pins: new BrowserPins(), now: () => Math.floor(Date.now() / 1000) };
  }

  get client(): Client {
    if (this.signedIn === undefined) throw new Refusal('unauthenticated');
    return this.signedIn;
  }

  /** Begins to work for an account; nothing of another one stays. */
  begin(client: Client): void {
    this.end();
    this.signedIn = client;
  }

  end(): void {
    this.signedIn = undefined;
    this.kit = undefined;
    this.card = undefined;
    this.vaults.clear();
  }

  /** The account's own vault. Raises `forbidden` for professionals, who have none. */
  own(): Promise<OpenVault> {
    const id = this.client.keyring.vault?.id;
    if (id === undefined) throw new Refusal('forbidden');
    return this.vault(id);
  }

  /** A vault, opened once and kept. The owner's pending rotations are finished when it is first opened. */
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
    if (known) await vault.sync();
    return vault;
  }

  /** The account's vaults as the server lists them. */
  async listed() {
    return (await this.client.api.get('/vaults', readVaults)).vaults;
  }

  private async open(id: VaultId): Promise<OpenVault> {
    const vault = await OpenVault.open(this.client, id);
    if (vault.owned) await finishRotations(vault);
    return vault;
  }
}
