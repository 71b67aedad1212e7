/**
 * Rotating sections after a grant ended (spec chapter 7, "Revocation and rotation").
 *
 * Owns the order that loses no secret: new secrets are written into the keyring as `pending` before the rotation is sent, and
 * replace the old ones once the ledger holds it. Two devices of the same patient rotate to the same secrets.
 */
import { HybridRecipient } from '../crypto/age_recipients.ts';
import { b64u, type GrantId, type SectionId } from '../crypto/encoding.ts';
import { check, CoffreError, stale, tampered } from '../crypto/errors.ts';
import { sealForProfessional, type Bundle } from '../crypto/grants.ts';
import type { Keyring, OwnVault } from '../crypto/keyring.ts';
import { makeLadder, sealName, SectionSecret } from '../crypto/sections.ts';
import { bundleHash, type Rotation } from '../crypto/statements.ts';
import { signedHere } from './documents.ts';
import {
  dueSections,
  latestTerm,
  remainingGrants,
  sectionsOfTerm,
  type GrantRecord,
  type LedgerState,
} from './ledger_state.ts';
import { opensName } from './secrets.ts';
import type { Draft, OpenVault } from './vaults.ts';

type Secrets = ReadonlyMap<SectionId, SectionSecret>;

/**
 * What the owner's client does at every unlock: finishes rotations that were begun, then rotates what is due.
 * Raises what `append` raises.
 */
export async function finishRotations(vault: OpenVault): Promise<void> {
  await settlePending(vault);
  const unsent = knownOf(vault, pendingOf(vault.client.keyring));
  if (unsent.size > 0) {
    await send(vault, unsent);
    await settlePending(vault);
  }
  await rotate(vault, dueSections(vault.state, vault.now()));
}

/** New secrets for these sections, wrapped for the grants that remain. */
export async function rotate(vault: OpenVault, sections: ReadonlySet<SectionId>): Promise<void> {
  if (sections.size === 0) return;
  await vault.client.updateKeyring((keyring) => withPending(vault, keyring, sections));
  await send(vault, knownOf(vault, pendingOf(vault.client.keyring)));
  await settlePending(vault);
}

/** What is pending for sections that the ledger holds; others, another device may be about to add. */
function knownOf(vault: OpenVault, pending: Secrets): Secrets {
  return new Map([...pending].filter(([section]) => vault.state.sections.has(section)));
}

/** Promotes pending secrets that the ledger holds, and drops those that can never stand in it. */
export async function settlePending(vault: OpenVault): Promise<void> {
  const { state } = vault;
  await vault.client.updateKeyring((keyring) => {
    const own = keyring.vault;
    if (own?.pending === undefined) return undefined;
    const pending = pendingOf(keyring);
    const held = [...pending].filter(([section, secret]) => opensName(state, section, secret));
    const unsent = [...pending].filter(
      ([section, secret]) => (state.sections.get(section)?.epoch ?? secret.epoch - 1) === secret.epoch - 1,
    );
    if (held.length === 0 && unsent.length === pending.size) return undefined;
    const sections = { ...own.sections, ...record(new Map(held)) };
    return withVault(keyring, {
      ...own,
      sections,
      pending: unsent.length === 0 ? undefined : record(new Map(unsent)),
    });
  });
}

async function send(vault: OpenVault, fresh: Secrets): Promise<void> {
  try {
    await vault.append({ path: 'rotations', member: 'rotation' }, (state) => rotation(vault, state, fresh));
  } catch (thrown) {
    // Another device of the same patient was faster: its rotation is then this one.
    const epochOf = (section: SectionId) => vault.state.sections.get(section)?.epoch ?? 0;
    const rotated = [...fresh].every(([section, { epoch }]) => epochOf(section) >= epoch);
    if (!(thrown instanceof CoffreError && thrown.code === 'stale' && rotated)) throw thrown;
  }
}

function rotation(vault: OpenVault, state: LedgerState, fresh: Secrets): Draft {
  const place = signedHere(vault, state);
  const ids = [...fresh.keys()].sort();
  const sections = ids.map((section) => {
    const newer = secretOf(fresh, section);
    const older = vault.newest(section);
    check(newer.epoch === older.epoch + 1, () => stale('another device has rotated'));
    const where = { vault: vault.id, section };
    const ladder = makeLadder(newer, older, where);
    return { epoch: newer.epoch, ladder, name: sealName(newer, vault.nameOf(section), where), section };
  });
  const remaining = [...remainingGrants(state, new Set(ids), place.time)].sort();
  const bundles = remaining.map((grant) => ({ grant, bundle: bundleFor(vault, state, grant, fresh) }));
  const inbox = state.inbox !== undefined ? fresh.get(state.inbox) : undefined;
  const statement: Rotation = {
    kind: 'rotation',
    ...place,
    grants: bundles.map(({ grant, bundle }) => ({ grant, bundle: bundleHash(bundle) })),
    sections,
    inbox_recipient: inbox?.dropIdentity().recipient().public,
  };
  const extra = { bundles: bundles.map(({ grant, bundle }) => ({ grant, bundle: b64u(bundle) })) };
  return { statement, extra };
}

/** A remaining grant's bundle: the fresh secrets where there are some, the newest ones elsewhere. */
function bundleFor(vault: OpenVault, state: LedgerState, id: GrantId, fresh: Secrets): Uint8Array {
  const grant = state.grants.get(id);
  check(grant !== undefined, () => tampered('an unknown grant'));
  const bundle = makeBundle(vault, state, grant.grant, sectionsOf(grant), fresh);
  const professional = latestTerm(grant).professional;
  const card = professional === undefined ? undefined : state.cards.get(professional)?.card;
  check(card !== undefined, () => tampered("a grant without its professional's card"));
  return sealForProfessional(bundle, new HybridRecipient(card.recipient));
}

/** What a grant's bundle holds, from the ledger as folded. */
export function makeBundle(
  vault: OpenVault,
  state: LedgerState,
  grant: GrantId,
  sections: readonly SectionId[],
  fresh: Secrets = new Map(),
): Bundle {
  const { owner } = state;
  const card = owner === undefined ? undefined : state.cards.get(owner)?.signed;
  check(card !== undefined, () => tampered("a vault without its owner's card"));
  const secrets = sections.map((section) => [section, fresh.get(section) ?? vault.newest(section)] as const);
  return {
    card,
    grant,
    ledger: { head: state.head, size: state.size },
    patient: vault.client.keyring.name,
    sections: record(new Map(secrets)),
    vault: vault.id,
  };
}

function sectionsOf(grant: GrantRecord): readonly SectionId[] {
  return [...sectionsOfTerm(latestTerm(grant))];
}

function secretOf(secrets: Secrets, section: SectionId): SectionSecret {
  const found = secrets.get(section);
  check(found !== undefined, () => tampered('a section without a secret'));
  return found;
}

function pendingOf(keyring: Keyring): Secrets {
  return new Map(Object.entries(keyring.vault?.pending ?? {}) as [SectionId, SectionSecret][]);
}

/** The keyring with a pending secret for each section; one that a device drew before for the same epoch is kept. */
function withPending(vault: OpenVault, keyring: Keyring, sections: ReadonlySet<SectionId>): Keyring {
  const own = keyring.vault;
  check(own !== undefined, () => tampered('no own vault'));
  const held = pendingOf(keyring);
  const pending = new Map([...held].filter(([section]) => !vault.state.sections.has(section)));
  for (const section of sections) {
    const epoch = vault.newest(section).epoch + 1;
    const drawn = held.get(section);
    pending.set(section, drawn?.epoch === epoch ? drawn : SectionSecret.generate(epoch));
  }
  return withVault(keyring, { ...own, pending: record(pending) });
}

function withVault(keyring: Keyring, vault: OwnVault): Keyring {
  return { ...keyring, vault };
}

function record(secrets: Secrets): Readonly<Record<SectionId, SectionSecret>> {
  return Object.fromEntries(secrets);
}
