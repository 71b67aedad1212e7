/**
 * What came into a patient's vault since a professional looked there last, on this device: the moment is kept sealed in this browser
 * and told to nobody.
 *
 * A visit lasts as long as the engine: what was new when it began stays marked until the next unlock, while the list of patients
 * counts from what was seen last.
 */
import { utf8, type VaultId } from '../crypto/encoding.ts';
import { latestVersion } from '../vault/ledger_state.ts';
import type { SealedRecords } from '../vault/records.ts';
import type { OpenVault } from '../vault/vaults.ts';
import type { VaultView } from './documents.ts';

const nameOf = (vault: VaultId) => `visit/${vault}`;

/** Of others' documents: how many came since, or that the vault was never looked at here. */
export type SinceVisit = number | 'never';

export class Visits {
  /** When the newest document that had been seen was added, in seconds, as each vault's visit began. */
  private readonly begun = new Map<VaultId, number>();

  /** A vault's list as it is shown now, with what is new since the visit before marked. */
  async visit(records: SealedRecords, vault: OpenVault, view: VaultView): Promise<VaultView> {
    const seen = await lastSeen(records, vault.id);
    const newest = newestOf(vault);
    const begun = this.begun.get(vault.id) ?? seen ?? newest;
    this.begun.set(vault.id, begun);
    if (seen !== newest) await keepSeen(records, vault.id, newest);
    const documents = view.documents.map((document) => {
      const isNew = !document.own && document.added.getTime() > begun * 1000;
      return isNew ? { ...document, isNew } : document;
    });
    return { ...view, documents };
  }

  async since(records: SealedRecords, vault: OpenVault): Promise<SinceVisit> {
    const seen = await lastSeen(records, vault.id);
    if (seen === undefined) return 'never';
    const { me } = vault.client;
    return vault.documents().filter((document) => {
      const { added, manifest } = latestVersion(document);
      return added > seen && manifest.author !== me;
    }).length;
  }
}

function newestOf(vault: OpenVault): number {
  return vault.documents().reduce((newest, one) => Math.max(newest, latestVersion(one).added), 0);
}

async function lastSeen(records: SealedRecords, vault: VaultId): Promise<number | undefined> {
  try {
    const kept = await records.read(nameOf(vault));
    return kept === undefined ? undefined : Number(new TextDecoder().decode(kept));
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
    return undefined;
  }
}

/** Storage that fails is as good as none. */
async function keepSeen(records: SealedRecords, vault: VaultId, seen: number): Promise<void> {
  try {
    await records.writeAll([[nameOf(vault), utf8(String(seen))]]);
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
  }
}
