/**
 * Grants and invitations, the patient's side (spec chapter 7): given, renewed, revoked. The other: redeeming.ts.
 *
 * Owns terms and scope of what this client signs. Terms and states are judged by the folded ledger.
 */
import { ApiError } from '../api/errors.ts';
import { HybridRecipient } from '../crypto/age_recipients.ts';
import type { DocumentBundle, GrantedDocument } from '../crypto/document_bundle.ts';
import {
  b64u,
  equalBytes,
  newId,
  type DocumentId,
  type GrantId,
  type SectionId,
} from '../crypto/encoding.ts';
import { check, limitExceeded, malformed, tampered } from '../crypto/errors.ts';
import { Invitation, sealForInvitation, sealForProfessional, type Bundle } from '../crypto/grants.ts';
import { bundleHash, type Grant, type Revocation } from '../crypto/statements.ts';
import { documentBundle, gather, liveDocuments } from './document_grants.ts';
import { signedHere } from './documents.ts';
import {
  dueSections,
  grantState,
  latestTerm,
  sectionsOfTerm,
  type AnyGrant,
  type GrantRecord,
  type KnownCard,
  type LedgerState,
  type Right,
} from './ledger_state.ts';
import { finishRotations, makeBundle, rotate } from './rotations.ts';
import { publishTerms, shortenTerms } from './section_terms.ts';
import type { Draft, OpenVault } from './vaults.ts';

const DAY = 86_400;
const INVITATION_DAYS = 7;
const MAX_TERM = 366 * DAY;

/** What the patient grants: sections and rights there, or single documents to read. */
export interface Terms {
  readonly sections: readonly SectionId[];
  readonly documents?: readonly DocumentId[] | undefined;
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
  const held = await gather(vault, terms.documents ?? []);
  let redeemUntil = 0;
  await appendTerm(vault, terms, (state) => {
    const here = signedHere(vault, state);
    const bundle = sealForInvitation(bundleFor(vault, state, grant, terms, held), invitation);
    redeemUntil = Math.min(here.time + days * DAY, terms.notAfter);
    const redeem = { key: invitation.redeemKey().public, not_after: redeemUntil };
    const term = { ...here, bundle: bundleHash(bundle), grant, redeem, sequence: 1 };
    return { statement: statementOf(vault, terms, held, term), extra: { bundle: b64u(bundle) } };
  });
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
  if (statement.kind === 'document_grant') return false;
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

/** A new term of a bound grant with the same sections, rights and newest secrets, or the newest versions of the same documents. */
async function begin(vault: OpenVault, grant: GrantRecord, notAfter: number): Promise<void> {
  const latest = latestTerm(grant);
  const { professional, statement: before } = latest;
  const card = professional === undefined ? undefined : vault.state.cards.get(professional);
  check(card !== undefined, () => tampered("a grant without its professional's card"));
  const sections = [...sectionsOfTerm(latest)];
  const terms = { sections, documents: liveDocuments(vault, latest), rights: before.rights, notAfter };
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
  const held = await gather(vault, terms.documents ?? []);
  await appendTerm(vault, terms, (state) => {
    const recipient = new HybridRecipient(professional.card.recipient);
    const sealed = sealForProfessional(bundleFor(vault, state, grant, terms, held), recipient);
    const here = signedHere(vault, state);
    const term = { ...here, bundle: bundleHash(sealed), card: professional.signed, grant, sequence };
    return { statement: statementOf(vault, terms, held, term), extra: { bundle: b64u(sealed) } };
  });
}

async function appendTerm(
  vault: OpenVault,
  terms: Terms,
  make: (state: LedgerState) => Draft,
): Promise<void> {
  const destination = namesDocuments(terms)
    ? { path: 'document-grants', member: 'document_grant' }
    : { path: 'grants', member: 'grant' };
  await vault.append(destination, make);
  await publishTerms(vault);
}

function namesDocuments({ documents = [] }: Terms): boolean {
  return documents.length > 0;
}

function bundleFor(
  vault: OpenVault,
  state: LedgerState,
  grant: GrantId,
  terms: Terms,
  held: readonly GrantedDocument[],
): Bundle | DocumentBundle {
  if (namesDocuments(terms)) return documentBundle(vault, state, grant, held);
  return makeBundle(vault, state, grant, [...terms.sections].sort());
}

type SignedTerm = Omit<Grant, 'kind' | 'not_after' | 'not_before' | 'rights' | 'sections'>;

function statementOf(
  vault: OpenVault,
  terms: Terms,
  held: readonly GrantedDocument[],
  term: SignedTerm,
): AnyGrant {
  const dated = { ...term, not_after: terms.notAfter, not_before: term.time };
  if (namesDocuments(terms)) {
    const documents = held.map(({ document, version }) => ({ document, version }));
    return { kind: 'document_grant', ...dated, documents, rights: ['read'] };
  }
  const sections = [...terms.sections].sort();
  return {
    kind: 'grant',
    ...dated,
    rights: [...terms.rights].sort(),
    sections: sections.map((section) => ({ epoch: vault.newest(section).epoch, section })),
  };
}

/** Before anything is signed for a grant: its end and scope. */
function checkEnd(vault: OpenVault, terms: Terms): void {
  const { sections, notAfter } = terms;
  const some = sections.length > 0 !== namesDocuments(terms);
  check(some && notAfter > vault.now(), () => malformed('a grant of nothing, or of sections and documents'));
  if (sections.some((section) => !vault.state.sections.has(section))) throw new ApiError('not_found', 404);
  // Whoever holds its secret opens what others deposit.
  check(!sections.some((section) => section === vault.state.inbox), () => malformed('a grant of the inbox'));
  check(notAfter - vault.now() <= MAX_TERM, () => limitExceeded('grant of more than 366 days'));
}
