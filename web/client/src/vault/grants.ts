/**
 * Grants: inviting a professional, redeeming an invitation, revoking (spec chapter 7).
 *
 * Owns the steps of both sides. Terms and states are judged by the folded ledger.
 */
import { ApiError } from '../api/errors.ts';
import { readAppended, readInvitation, type InvitationAnswer } from '../api/types.ts';
import { b64u, equalBytes, newId, type GrantId, type SectionId } from '../crypto/encoding.ts';
import { HybridRecipient } from '../crypto/age_recipients.ts';
import { check, limitExceeded, malformed, tampered } from '../crypto/errors.ts';
import {
  Invitation,
  openInvitation,
  sealForInvitation,
  sealForProfessional,
  type Bundle,
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
  type Grant,
  type Revocation,
  type Signed,
} from '../crypto/statements.ts';
import type { Client } from './client.ts';
import { signedHere } from './documents.ts';
import {
  dueSections,
  grantState,
  latestTerm,
  type GrantRecord,
  type KnownCard,
  type Right,
} from './ledger_state.ts';
import { finishRotations, makeBundle, rotate } from './rotations.ts';
import { publishTerms, shortenTerms } from './section_terms.ts';
import type { OpenVault } from './vaults.ts';

const DAY = 86_400;
const INVITATION_DAYS = 7;
const MAX_TERM = 366 * DAY;

/** What the patient grants. */
export interface Terms {
  readonly sections: readonly SectionId[];
  readonly rights: readonly Right[];
  /** Seconds since 1970. */
  readonly notAfter: number;
}

/** An invitation that was made: its link is shown once and not kept. */
export interface Invited {
  readonly grant: GrantId;
  readonly link: string;
  /** Until when it can be redeemed. */
  readonly redeemUntil: number;
}

/** Makes an invitation that whoever holds its link may redeem, once. */
export async function invite(vault: OpenVault, terms: Terms): Promise<Invited> {
  const { client } = vault;
  const grant = newId<GrantId>();
  const invitation = Invitation.generate(vault.id, grant);
  const days = Math.min(INVITATION_DAYS, client.server.limits.invitation_max_days);
  const sections = [...terms.sections].sort();
  checkEnd(vault, terms);
  const lapse = Math.min(vault.now() + days * DAY, terms.notAfter);
  await shortenTerms(vault, sections, Math.min(lapse + 1, terms.notAfter));
  let redeemUntil = 0;
  await vault.append({ path: 'grants', member: 'grant' }, (state) => {
    const here = signedHere(vault, state);
    const bundle = sealForInvitation(makeBundle(vault, state, grant, sections), invitation);
    redeemUntil = Math.min(here.time + days * DAY, terms.notAfter);
    const statement: Grant = {
      kind: 'grant',
      ...here,
      bundle: bundleHash(bundle),
      grant,
      not_after: terms.notAfter,
      not_before: here.time,
      redeem: { key: invitation.redeemKey().public, not_after: redeemUntil },
      rights: [...terms.rights].sort(),
      sections: sections.map((section) => ({ epoch: vault.newest(section).epoch, section })),
      sequence: 1,
    };
    return { statement, extra: { bundle: b64u(bundle) } };
  });
  await publishTerms(vault);
  return { grant, link: invitation.link(client.api.origin), redeemUntil };
}

/** Gives a grant to a professional whose key was confirmed. */
export async function give(vault: OpenVault, terms: Terms, professional: KnownCard): Promise<GrantId> {
  const grant = newId<GrantId>();
  await beginTerm(vault, grant, terms, professional, 1);
  return grant;
}

/** Ends a grant at once, then rotates the sections that it reached. */
export async function revoke(vault: OpenVault, grant: GrantId): Promise<void> {
  await vault.append({ path: 'revocations', member: 'revocation' }, (state) => {
    const known = state.grants.get(grant);
    if (known === undefined) throw new ApiError('not_found', 404);
    const { sequence } = latestTerm(known).statement;
    const statement: Revocation = { kind: 'revocation', ...signedHere(vault, state), grant, sequence };
    return { statement };
  });
  await rotate(vault, dueSections(vault.state, vault.now()));
  await publishTerms(vault);
}

/**
 * What the owner's client does whenever it has brought the vault up to date: rotations that are due, and new bundles for
 * invitations that were redeemed with secrets older than a rotation.
 */
export async function completeGrants(vault: OpenVault): Promise<void> {
  if (!vault.owned) return;
  await finishRotations(vault);
  for (const grant of vault.state.grants.values()) {
    if (isOutdated(vault, grant)) await begin(vault, grant, latestTerm(grant).statement.not_after);
  }
  await publishTerms(vault);
}

/** Whether the holder's bundle is the one that the invitation held, and a section has a newer epoch. */
function isOutdated(vault: OpenVault, grant: GrantRecord): boolean {
  const term = latestTerm(grant);
  const { acceptance, statement } = term;
  if (acceptance === undefined || !equalBytes(term.bundle, acceptance.bundle)) return false;
  const active = grantState(vault.state, grant, vault.now()) === 'active';
  return active && statement.sections.some(({ section, epoch }) => vault.newest(section).epoch > epoch);
}

/**
 * Begins a new term of a grant that somebody redeemed, ended or not: same professional, sections and rights, until
 * `notAfter`. Throws `not_found` for an unknown grant or an invitation.
 */
export async function renew(vault: OpenVault, grant: GrantId, notAfter: number): Promise<void> {
  const known = vault.state.grants.get(grant);
  if (known === undefined || latestTerm(known).professional === undefined)
    throw new ApiError('not_found', 404);
  await begin(vault, known, notAfter);
}

/** A new term of a bound grant with the same sections and rights, and the newest secrets. */
async function begin(vault: OpenVault, grant: GrantRecord, notAfter: number): Promise<void> {
  const { professional, statement: before } = latestTerm(grant);
  const card = professional === undefined ? undefined : vault.state.cards.get(professional);
  check(card !== undefined, () => tampered("a grant without its professional's card"));
  const sections = before.sections.map((item) => item.section);
  const terms = { sections, rights: before.rights, notAfter };
  await beginTerm(vault, grant.grant, terms, card, before.sequence + 1);
}

async function beginTerm(
  vault: OpenVault,
  grant: GrantId,
  terms: Terms,
  professional: KnownCard,
  sequence: number,
): Promise<void> {
  const sections = [...terms.sections].sort();
  checkEnd(vault, terms);
  if (vault.state.blocked.has(professional.card.author)) throw new ApiError('blocked', 403);
  await shortenTerms(vault, sections, terms.notAfter);
  await vault.append({ path: 'grants', member: 'grant' }, (state) => {
    const bundle = makeBundle(vault, state, grant, sections);
    const sealed = sealForProfessional(bundle, new HybridRecipient(professional.card.recipient));
    const here = signedHere(vault, state);
    const statement: Grant = {
      kind: 'grant',
      ...here,
      bundle: bundleHash(sealed),
      card: professional.signed,
      grant,
      not_after: terms.notAfter,
      not_before: here.time,
      rights: [...terms.rights].sort(),
      sections: sections.map((section) => ({ epoch: vault.newest(section).epoch, section })),
      sequence,
    };
    return { statement, extra: { bundle: b64u(sealed) } };
  });
  await publishTerms(vault);
}

/** Before anything is signed for a grant: its end and scope. */
function checkEnd(vault: OpenVault, { sections, notAfter }: Terms): void {
  check(sections.length > 0 && notAfter > vault.now(), () => malformed('a grant of nothing'));
  // Whoever holds its secret opens what others deposit.
  check(!sections.some((section) => section === vault.state.inbox), () => malformed('a grant of the inbox'));
  check(notAfter - vault.now() <= MAX_TERM, () => limitExceeded('grant of more than 366 days'));
}

/** An invitation that a professional has opened and verified, not accepted yet. */
export interface OpenedInvitation {
  readonly invitation: Invitation;
  readonly answer: InvitationAnswer;
  readonly grant: Grant;
  readonly bundle: Bundle;
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
  check(statement.kind === 'grant' && body !== undefined, () => tampered('an entry that is no grant'));
  const grant = verifyByCard(body.signed, 'grant', owner);
  const named = grant.grant === invitation.grant && grant.vault === invitation.vault;
  check(named, () => tampered('a grant of another invitation'));
  const key = grant.redeem?.key;
  const redeemable = key !== undefined && equalBytes(key, invitation.redeemKey().public);
  check(redeemable, () => tampered("another key than the invitation's"));
  const bundle = openInvitation(answer.bundle, invitation, grant);
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
    return { ...keyring, pins: { vaults: { ...keyring.pins.vaults, [bundle.vault]: pins } } };
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
function checkOwnerPin(client: Client, bundle: Bundle, owner: string): void {
  const pinned = client.keyring.pins.vaults[bundle.vault]?.owner;
  check(pinned === undefined || pinned === owner, () => tampered('another owner than the one pinned'));
}
