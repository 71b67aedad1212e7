/**
 * A vault's own sections added and renamed, and its settings (spec chapters 3, 5 and 7).
 *
 * Owns the order that no crash can turn into a lost secret: the keyring holds a new section's secret as pending before the ledger
 * is told of the section.
 */
import { newId, type SectionId } from '../crypto/encoding.ts';
import { check, limitExceeded } from '../crypto/errors.ts';
import { CUSTOM, sealName, SectionSecret, type SectionName } from '../crypto/sections.ts';
import { MAX_SECTIONS, type Sections, type Settings } from '../crypto/statements.ts';
import { signedHere } from './documents.ts';
import type { LedgerState } from './ledger_state.ts';
import { settlePending } from './rotations.ts';
import type { Draft, OpenVault } from './vaults.ts';

/** A new section with a name of the owner's own. Raises malformed or limit_exceeded for one off chapter 3's rules. */
export async function addSection(vault: OpenVault, name: string): Promise<SectionId> {
  check(vault.state.sections.size < MAX_SECTIONS, () => limitExceeded('sections of a vault'));
  const section = newId<SectionId>();
  const secret = SectionSecret.generate(1);
  const sealed = sealName(secret, ownName(name), { vault: vault.id, section });
  await vault.client.updateKeyring((keyring) => {
    const own = keyring.vault;
    if (own === undefined) return undefined;
    return { ...keyring, vault: { ...own, pending: { ...own.pending, [section]: secret } } };
  });
  const added = [{ epoch: secret.epoch, name: sealed, section }];
  await append(vault, (state) => ({ ...statement(vault, state), added }));
  await settlePending(vault);
  return section;
}

/** Gives a section another name. Raises as `addSection`. */
export async function renameSection(vault: OpenVault, section: SectionId, name: string): Promise<void> {
  await append(vault, (state) => {
    const secret = vault.newest(section);
    const sealed = sealName(secret, ownName(name), { vault: vault.id, section });
    return { ...statement(vault, state), renamed: [{ epoch: secret.epoch, name: sealed, section }] };
  });
}

/** Whether professionals make deposits only; nothing is said when it is so already. */
export async function maskNew(vault: OpenVault, on: boolean): Promise<void> {
  if (vault.state.maskNew === on) return;
  await vault.append({ path: 'settings', member: 'settings' }, (state): Draft => {
    const said: Settings = { kind: 'settings', ...signedHere(vault, state), mask_new: on ? 1 : 0 };
    return { statement: said };
  });
}

async function append(vault: OpenVault, make: (state: LedgerState) => Sections): Promise<void> {
  await vault.append({ path: 'sections', member: 'sections' }, (state) => ({ statement: make(state) }));
}

function statement(vault: OpenVault, state: LedgerState): Sections {
  return { kind: 'sections', ...signedHere(vault, state), added: [], renamed: [] };
}

function ownName(name: string): SectionName {
  return { kind: CUSTOM, name: name.trim().normalize('NFC') };
}
