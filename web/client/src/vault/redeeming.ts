/**
 * Invitations, the professional's side (spec chapter 7): looked at, checked, bound to the account's key.
 *
 * Owns the order: the owner is pinned before anything of the vault is read.
 */
import { ApiError } from '../api/errors.ts';
import { readAppended, readInvitation, type InvitationAnswer } from '../api/types.ts';
import type { DocumentBundle } from '../crypto/document_bundle.ts';
import { b64u, equalBytes } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import {
  openDocumentsInvitation,
  openInvitation,
  sealForProfessional,
  type Bundle,
  type Invitation,
} from '../crypto/grants.ts';
import { parseEntryHeader, readBody, startHead } from '../crypto/journal.ts';
import {
  bundleHash,
  proveRedemption,
  sign,
  signedToWire,
  verifyByCard,
  verifyCard,
  type Acceptance,
  type Signed,
} from '../crypto/statements.ts';
import type { Client } from './client.ts';
import type { AnyGrant } from './ledger_state.ts';

/** An invitation that a professional has opened and verified, not accepted yet. */
export interface OpenedInvitation {
  readonly invitation: Invitation;
  readonly answer: InvitationAnswer;
  readonly grant: AnyGrant;
  readonly bundle: Bundle | DocumentBundle;
}

/** Fetches an invitation, opens it with its secret, and verifies owner, signature, hash and term. */
export async function lookAtInvitation(client: Client, invitation: Invitation): Promise<OpenedInvitation> {
  const answer = await client.api.get(`/invitations/${invitation.grant}`, readInvitation);
  check(answer.grant === invitation.grant && answer.vault === invitation.vault, () =>
    tampered('another invitation than the one asked for'),
  );
  const owner = verifyCard(answer.owner_card);
  const header = parseEntryHeader(answer.entry.header);
  const statement = readBody(answer.entry, header);
  const { body } = answer.entry;
  const { kind } = statement;
  const isGrant = kind === 'grant' || kind === 'document_grant';
  check(isGrant && body !== undefined, () => tampered('an entry that is no grant'));
  const grant: AnyGrant = verifyByCard(body.signed, kind, owner);
  const named = grant.grant === invitation.grant && grant.vault === invitation.vault;
  check(named, () => tampered('a grant of another invitation'));
  const key = grant.redeem?.key;
  const redeemable = key !== undefined && equalBytes(key, invitation.redeemKey().public);
  check(redeemable, () => tampered("another key than the invitation's"));
  const bundle =
    grant.kind === 'grant'
      ? openInvitation(answer.bundle, invitation, grant)
      : openDocumentsInvitation(answer.bundle, invitation, grant);
  check(verifyCard(bundle.card).author === owner.author, () => tampered('a bundle by another owner'));
  checkOwnerPin(client, bundle, owner.author);
  const now = client.now();
  if (now >= grant.not_after || now > (grant.redeem?.not_after ?? 0)) throw new ApiError('ended', 403);
  return { invitation, answer, grant, bundle };
}

/** Accepts an opened invitation: the secrets are sealed for this account, and the owner is pinned in the keyring. */
export async function accept(client: Client, opened: OpenedInvitation, card: Signed): Promise<void> {
  const { invitation, grant, bundle } = opened;
  const sealed = sealForProfessional(bundle, client.keyring.identity.recipient());
  const owner = verifyCard(bundle.card).author;
  await client.updateKeyring((keyring) => {
    if (keyring.pins.vaults[bundle.vault] !== undefined) return undefined;
    const start = { head: startHead(bundle.vault, 'accesses'), size: 0 };
    const pins = { ledger: bundle.ledger, accesses: start, owner };
    const patients = { ...keyring.patients, [bundle.vault]: bundle.patient };
    return { ...keyring, patients, pins: { vaults: { ...keyring.pins.vaults, [bundle.vault]: pins } } };
  });
  await client.pins.saveVault(client.api.origin, bundle.vault, { owner, ledger: bundle.ledger });
  const proof = proveRedemption(invitation.redeemKey(), {
    vault: bundle.vault,
    grant: grant.grant,
    professional: client.me,
  });
  await appendAcceptance(client, opened, (seq, prev) => {
    const acceptance: Acceptance = {
      kind: 'acceptance',
      author: client.me,
      time: Math.max(client.now(), parseEntryHeader(opened.answer.entry.header).time),
      vault: bundle.vault,
      seq,
      prev,
      bundle: bundleHash(sealed),
      card,
      grant: grant.grant,
      proof,
      sequence: grant.sequence,
    };
    return { acceptance: signedToWire(sign(acceptance, client.keyring.signing)), bundle: b64u(sealed) };
  });
}

/** The acceptance stands at the end of a ledger that this account may not fold yet: its position is the server's word. */
async function appendAcceptance(
  client: Client,
  opened: OpenedInvitation,
  make: (seq: number, prev: Uint8Array) => unknown,
): Promise<void> {
  const path = `/invitations/${opened.grant.grant}`;
  let { size, head } = opened.answer;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.api.post(`${path}/acceptance`, make(size, head), readAppended);
      return;
    } catch (thrown) {
      const moved = thrown instanceof ApiError && thrown.code === 'stale' && attempt < 5;
      if (!moved) throw thrown;
      ({ size, head } = await client.api.get(path, readInvitation));
    }
  }
}

/** A vault that is known already has the same owner for ever. */
function checkOwnerPin(client: Client, bundle: Bundle | DocumentBundle, owner: string): void {
  const pinned = client.keyring.pins.vaults[bundle.vault]?.owner;
  check(pinned === undefined || pinned === owner, () => tampered('another owner than the one pinned'));
}
