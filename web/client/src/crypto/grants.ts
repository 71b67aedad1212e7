/**
 * Grant bundles and invitations (chapter 7).
 *
 * Owns the bundle of section secrets, how bundles of both kinds are sealed for a professional or for an invitation's secret, and
 * the invitation's link. Does not judge grants: terms, rights and states belong to the ledger. The proof is
 * `statements.proveRedemption`; what a bundle of documents holds is document_bundle.ts's.
 *
 *     const invitation = Invitation.generate(vault, grant);
 *     const sealed = sealForInvitation(bundle, invitation);
 *     openInvitation(sealed, Invitation.fromLink(invitation.link(origin)), { bundle: bundleHash(sealed), sections });
 */
import { openFile, sealFile } from './age_file.ts';
import type { Stanza } from './age_header.ts';
import type { HybridIdentity, HybridRecipient, Identity, Recipient } from './age_recipients.ts';
import { readDocumentBundle, writeDocumentBundle, type DocumentBundle } from './document_bundle.ts';
import {
  b64u,
  checkId,
  equalBytes,
  MAX_BYTES,
  randomBytes,
  strip,
  unb64u,
  type GrantId,
  type JsonObject,
  type Random,
  type SectionId,
  type VaultId,
} from './encoding.ts';
import { check, limitExceeded, malformed, tampered, unsupportedVersion } from './errors.ts';
import * as labels from './labels.ts';
import { derive, Wrap } from './primitives.ts';
import { pinShape, readVersioned, writeVersioned } from './records.ts';
import { sectionSecrets } from './sections.ts';
import { id, record, text, type Of } from './shapes.ts';
import { SigningKey } from './signing.ts';
import { signedShape, type Signed } from './statement_grammar.ts';
import { versionOrder, type NamedVersion } from './statement_kinds.ts';
import { bundleHash, verifyCard } from './statements.ts';

export const STANZA_TYPE = 'coffre.invitation/v1';
const SECRET_LENGTH = 32;
const stanzaWrap = new Wrap(labels.INVITATION_STANZA);

export const bundleShape = record({
  card: signedShape,
  grant: id<GrantId>(),
  ledger: pinShape,
  patient: text(200),
  sections: sectionSecrets(1),
  vault: id<VaultId>(),
});
/** What a professional is given: the owner's card, the secrets of the grant's sections, and where the ledger stood. */
export type Bundle = Of<typeof bundleShape>;

/** What the signed statement that carries a bundle says of it: its hash, and the grant's sections. */
export interface ExpectedBundle {
  readonly bundle: Uint8Array;
  readonly sections: readonly { readonly section: SectionId; readonly epoch: number }[];
}

/** The same of a bundle of documents. */
export interface ExpectedDocuments {
  readonly bundle: Uint8Array;
  readonly documents: readonly NamedVersion[];
}

/** Which grant a bundle is for. */
interface GrantPlace {
  readonly vault: VaultId;
  readonly grant: GrantId;
}

/** An invitation's secret (32 bytes) and what it is for. Hides itself when printed or serialised. */
export class Invitation implements Recipient, Identity {
  readonly vault: VaultId;
  readonly grant: GrantId;
  readonly #secret: Uint8Array;

  constructor(vault: VaultId, grant: GrantId, secret: Uint8Array) {
    check(secret.length === SECRET_LENGTH, () => malformed('an invitation secret has 32 bytes'));
    this.vault = vault;
    this.grant = grant;
    this.#secret = Uint8Array.from(secret);
  }

  static generate(vault: VaultId, grant: GrantId, random: Random = randomBytes): Invitation {
    return new Invitation(vault, grant, random(SECRET_LENGTH));
  }

  /** The invitation of a link, whatever its origin. Raises malformed, unsupported_version. */
  static fromLink(link: string): Invitation {
    const [, version, rest] = /\/redeem#([0-9]+)\.([^\n]*)/.exec(strip(link)) ?? [];
    check(version !== undefined && rest !== undefined, () => malformed('not the link of an invitation'));
    check(version === '1', () => unsupportedVersion('invitation of another version'));
    const [vault = '', grant = '', secret = '', ...more] = rest.split('.');
    check(more.length === 0, () => malformed('not the link of an invitation'));
    return new Invitation(checkId<VaultId>(vault), checkId<GrantId>(grant), unb64u(secret, SECRET_LENGTH));
  }

  /** The link for a server's origin (`https://host`); the fragment never reaches the server. */
  link(origin: string): string {
    return `${origin}/redeem#1.${this.vault}.${this.grant}.${b64u(this.#secret)}`;
  }

  /** Signs the proof that the secret is known; its public key stands in the grant. */
  redeemKey(): SigningKey {
    return SigningKey.fromSeed(derive(this.#secret, labels.INVITATION_REDEEM));
  }

  wrap(fileKey: Uint8Array, random: Random = randomBytes): Stanza {
    return {
      type: STANZA_TYPE,
      args: [],
      body: stanzaWrap.seal(this.unlock(), this.context(), fileKey, random),
    };
  }

  /** Raises wrong_key, malformed. */
  unwrap(stanzas: readonly Stanza[]): Uint8Array | null {
    const stanza = stanzas.find(({ type }) => type === STANZA_TYPE);
    if (stanza === undefined) return null;
    check(stanza.args.length === 0, () => malformed('invitation stanza with an argument'));
    return stanzaWrap.open(this.unlock(), this.context(), stanza.body);
  }

  toJSON(): string {
    return '[invitation]';
  }

  toString(): string {
    return '[invitation]';
  }

  private unlock(): Uint8Array {
    return derive(this.#secret, labels.INVITATION_UNLOCK);
  }

  private context(): JsonObject {
    return { grant: this.grant, vault: this.vault };
  }
}

/**
 * The bundle as an age file for a professional's recipient; also how a redeemed one is sealed again. Raises limit_exceeded: more
 * than a bundle may hold.
 */
export function sealForProfessional(
  bundle: Bundle | DocumentBundle,
  recipient: HybridRecipient,
  random: Random = randomBytes,
): Uint8Array {
  return seal(bundle, recipient, random);
}

/** The bundle as an age file that the invitation's secret opens. Raises malformed if it is for another grant; limit_exceeded. */
export function sealForInvitation(
  bundle: Bundle | DocumentBundle,
  invitation: Invitation,
  random: Random = randomBytes,
): Uint8Array {
  const same = bundle.vault === invitation.vault && bundle.grant === invitation.grant;
  check(same, () => malformed("a bundle of another grant than the invitation's"));
  return seal(bundle, invitation, random);
}

/**
 * A professional's bundle of section secrets. Raises tampered: hash, vault, grant, sections or the owner's card that do not hold;
 * wrong_key, malformed, unsupported_version, limit_exceeded: the file or its record.
 */
export function openForProfessional(
  data: Uint8Array,
  identity: HybridIdentity,
  expected: ExpectedBundle & GrantPlace,
): Bundle {
  return openSections(data, identity, expected, expected);
}

/** An invitation's bundle of section secrets. Raises as `openForProfessional`. */
export function openInvitation(data: Uint8Array, invitation: Invitation, expected: ExpectedBundle): Bundle {
  return openSections(data, invitation, expected, invitation);
}

/** A professional's bundle of exactly the grant's documents. Raises as `openForProfessional`. */
export function openDocumentsForProfessional(
  data: Uint8Array,
  identity: HybridIdentity,
  expected: ExpectedDocuments & GrantPlace,
): DocumentBundle {
  return openDocuments(data, identity, expected, expected);
}

/** An invitation's bundle of documents. Raises as `openForProfessional`. */
export function openDocumentsInvitation(
  data: Uint8Array,
  invitation: Invitation,
  expected: ExpectedDocuments,
): DocumentBundle {
  return openDocuments(data, invitation, expected, invitation);
}

function seal(bundle: Bundle | DocumentBundle, recipient: Recipient, random: Random): Uint8Array {
  const payload =
    'documents' in bundle ? writeDocumentBundle(bundle) : writeVersioned(bundleShape, bundle, MAX_BYTES);
  return sealFile(payload, [recipient], random);
}

function open(data: Uint8Array, identity: Identity, hash: Uint8Array): Uint8Array {
  check(data.length <= 2 * MAX_BYTES, () => limitExceeded('size of a bundle'));
  check(equalBytes(bundleHash(data), hash), () => tampered('another bundle than the signed one'));
  return openFile(data, [identity]);
}

function openSections(
  data: Uint8Array,
  identity: Identity,
  expected: ExpectedBundle,
  place: GrantPlace,
): Bundle {
  const bundle = readVersioned(bundleShape, open(data, identity, expected.bundle), MAX_BYTES);
  checkPlace(bundle, place);
  const wanted = new Map(expected.sections.map(({ section, epoch }) => [section, epoch]));
  const held = Object.keys(bundle.sections) as SectionId[];
  const same = held.length === wanted.size && held.every((section) => wanted.has(section));
  check(same, () => tampered("other sections than the grant's"));
  const recent = held.every(
    (section) => (bundle.sections[section]?.epoch ?? 0) >= (wanted.get(section) ?? 0),
  );
  check(recent, () => tampered("an older epoch than the grant's"));
  checkCard(bundle.card);
  return bundle;
}

function openDocuments(
  data: Uint8Array,
  identity: Identity,
  expected: ExpectedDocuments,
  place: GrantPlace,
): DocumentBundle {
  const bundle = readDocumentBundle(open(data, identity, expected.bundle));
  checkPlace(bundle, place);
  const wanted = expected.documents.map(versionOrder).join();
  check(bundle.documents.map(versionOrder).join() === wanted, () =>
    tampered("other documents than the grant's"),
  );
  checkCard(bundle.card);
  return bundle;
}

function checkPlace(bundle: Bundle | DocumentBundle, place: GrantPlace): void {
  const here = bundle.vault === place.vault && bundle.grant === place.grant;
  check(here, () => tampered('a bundle of another grant'));
}

function checkCard(card: Signed): void {
  check(verifyCard(card).role === 'patient', () => tampered("a card that is not a patient's"));
}
