/**
 * Names of patients, kept sealed in this browser: a vault whose access has ended shows nothing any more, and a professional who
 * wants to ask for another term must know whose it is.
 */
import { utf8, type VaultId } from '../crypto/encoding.ts';
import type { SealedRecords } from '../vault/records.ts';

const nameOf = (vault: VaultId) => `patient/${vault}`;

/** Keeps the name that a vault's owner gave themselves. Storage that fails is as good as none. */
export async function keepPatient(records: SealedRecords, vault: VaultId, patient: string): Promise<void> {
  if (patient === '' || (await keptPatient(records, vault)) === patient) return;
  try {
    await records.writeAll([[nameOf(vault), utf8(patient)]]);
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
  }
}

/** The name as it was kept; empty when it was not. */
export async function keptPatient(records: SealedRecords, vault: VaultId): Promise<string> {
  try {
    const kept = await records.read(nameOf(vault));
    return kept === undefined ? '' : new TextDecoder().decode(kept);
  } catch (thrown) {
    if (!(thrown instanceof DOMException)) throw thrown;
    return '';
  }
}
