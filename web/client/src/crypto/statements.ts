/**
 * Signed statements (chapter 5): writing, reading and verifying them.
 *
 * Verification uses the received bytes, never bytes written again. Whether a signer is entitled is the ledger's question
 * (chapter 6), not asked here.
 *
 *     const signed = sign({ kind: 'revocation', ... }, key);
 *     const revocation = verify(signed, 'revocation', key.public);
 */
import {
  canonical,
  equalBytes,
  parseCanonical,
  type GrantId,
  type KeyId,
  type Rpps,
  type VaultId,
} from './encoding.ts';
import { check, limitExceeded, malformed, stale, tampered } from './errors.ts';
import * as labels from './labels.ts';
import { decodeAs, encodeAs, type Shape } from './shapes.ts';
import { directoryKeyId, labelledHash, verify as verifySignature, type SigningKey } from './signing.ts';
import { MAX_STATEMENT, type Signed } from './statement_grammar.ts';
import type { Card, DirectoryEntry } from './statement_kinds.ts';
import { SHAPES, type Kind, type Statement, type StatementOf } from './statement_table.ts';

export { signedFromWire, signedToWire, type Signed } from './statement_grammar.ts';
export type * from './statement_accounts.ts';
export type * from './statement_deposits.ts';
export type * from './statement_documents.ts';
export type * from './statement_keys.ts';
export * from './statement_kinds.ts';
export type * from './statement_shares.ts';
export type * from './statement_settings.ts';
export * from './statement_table.ts';

/** A professional's card: the three members that only they have are present. */
export type ProfessionalCard = Card & {
  readonly role: 'professional';
  readonly name: string;
  readonly profession: string;
  readonly rpps: Rpps;
};

/** Writes and signs a statement. Raises what a reader of it would. */
export function sign(statement: Statement, key: SigningKey): Signed {
  const bytes = encodeAs(SHAPES[statement.kind] as Shape<Statement>, statement, MAX_STATEMENT);
  parse(statement.kind, bytes);
  return { signature: key.sign(labels.STATEMENT_PREFIX + statement.kind, bytes), statement: bytes };
}

/** Reads the bytes of a statement of that kind. Its own signature is not verified; cards inside it are. */
export function parse<K extends Kind>(kind: K, statement: Uint8Array): StatementOf[K] {
  const found = decodeAs<StatementOf[K]>(SHAPES[kind], statement, MAX_STATEMENT);
  checkInside(found);
  return found;
}

/** The kind a statement says it is. */
export function kindOf(statement: Uint8Array): Kind {
  const value = parseCanonical(statement, MAX_STATEMENT);
  const kind =
    typeof value === 'object' && !Array.isArray(value) ? (value as { kind?: unknown }).kind : undefined;
  check(typeof kind === 'string' && Object.hasOwn(SHAPES, kind), () => malformed('kind of statement'));
  return kind as Kind;
}

/** Reads `signed` as a statement of `kind` signed by the Ed25519 key `signer` (32 bytes): signature, then grammar. */
export function verify<K extends Kind>(signed: Signed, kind: K, signer: Uint8Array): StatementOf[K] {
  check(signed.statement.length <= MAX_STATEMENT, () => limitExceeded('size of a statement'));
  verifySignature(signer, labels.STATEMENT_PREFIX + kind, signed.statement, signed.signature);
  return parse(kind, signed.statement);
}

/**
 * The signature alone, of a statement that its reader parses: by the Ed25519 key `signer` (32 bytes). Raises tampered, and
 * limit_exceeded.
 */
export function checkSignature(signed: Signed, kind: Kind, signer: Uint8Array): void {
  check(signed.statement.length <= MAX_STATEMENT, () => limitExceeded('size of a statement'));
  verifySignature(signer, labels.STATEMENT_PREFIX + kind, signed.statement, signed.signature);
}

/** A card verifies by itself: its keys are its author's and signed it. */
export function verifyCard(signed: Signed): Card {
  const card = parse('card', signed.statement);
  verifySignature(card.signing, labels.STATEMENT_PREFIX + card.kind, signed.statement, signed.signature);
  return card;
}

/** `verifyCard`, for a card that must be a professional's (malformed otherwise). */
export function verifyProfessionalCard(signed: Signed): ProfessionalCard {
  const card = verifyCard(signed);
  check(card.role === 'professional', () => malformed('not a professional'));
  return card as ProfessionalCard;
}

type Authored = Exclude<Kind, 'login' | 'account_deletion'>;

/** `verify` with the keys of a card (itself verified), whose owner must be the statement's author. */
export function verifyByCard<K extends Authored>(
  signed: Signed,
  kind: K,
  card: { readonly signing: Uint8Array; readonly author: KeyId },
): StatementOf[K] {
  const statement: StatementOf[Authored] = verify(signed, kind, card.signing);
  check(statement.author === card.author, () => tampered('statement by another author'));
  return statement as StatementOf[K];
}

/**
 * What the operator says of a professional's card (itself verified). `directory` is the operator's pinned Ed25519 public key, `seen`
 * the highest sequence met for these keys. Raises as `verify`; tampered: by another key, or about other keys or particulars than
 * the card's; stale: a lower sequence than `seen`.
 */
export function verifyDirectoryEntry(
  signed: Signed,
  directory: Uint8Array,
  card: Card,
  seen = 0,
): DirectoryEntry {
  const entry = verify(signed, 'directory_entry', directory);
  check(entry.author === directoryKeyId(directory), () => tampered('statement by another author'));
  const { account, name, profession, rpps } = entry;
  const same =
    entry.key === card.author &&
    account === card.account &&
    name === card.name &&
    profession === card.profession &&
    rpps === card.rpps;
  check(same, () => tampered('directory entry about another card'));
  check(entry.sequence >= seen, () => stale('an older directory entry than one already seen'));
  return entry;
}

/** The 32-byte hash by which other statements name this one. */
export function statementHash(statement: Uint8Array): Uint8Array {
  return labelledHash(labels.HASH_STATEMENT, statement);
}

/** The hash of a document's age header, for `manifest` and `refile`. */
export function headerHash(header: Uint8Array): Uint8Array {
  return labelledHash(labels.HASH_HEADER, header);
}

/** The hash of sealed metadata, for `manifest` and `refile`. */
export function metadataHash(sealed: Uint8Array): Uint8Array {
  return labelledHash(labels.HASH_METADATA, sealed);
}

/** The hash of the author's metadata, for `manifest`. */
export function authorMetadataHash(sealed: Uint8Array): Uint8Array {
  return labelledHash(labels.HASH_AUTHOR_METADATA, sealed);
}

/** The hash of the SHA-256 of all parts, in order, for `manifest`. */
export function partsDigest(parts: readonly Uint8Array[]): Uint8Array {
  return labelledHash(labels.HASH_PARTS, ...parts);
}

/** The hash of a grant's bundle, for `grant`, `acceptance` and `rotation`. */
export function bundleHash(bundle: Uint8Array): Uint8Array {
  return labelledHash(labels.HASH_BUNDLE, bundle);
}

/** Who redeems which invitation (chapter 7). */
export interface Redemption {
  readonly vault: VaultId;
  readonly grant: GrantId;
  readonly professional: KeyId;
}

/** The `proof` of an acceptance (64 bytes), by the key that the invitation's secret gives. */
export function proveRedemption(redeem: SigningKey, redemption: Redemption): Uint8Array {
  return redeem.sign(redemptionLabel, redemptionBytes(redemption));
}

/** Raises tampered unless `proof` is `proveRedemption`'s under the invitation's public key. */
export function verifyRedemption(key: Uint8Array, proof: Uint8Array, redemption: Redemption): void {
  verifySignature(key, redemptionLabel, redemptionBytes(redemption), proof);
}

const redemptionLabel = labels.REDEEM;

function redemptionBytes({ vault, grant, professional }: Redemption): Uint8Array {
  return canonical({ grant, key: professional, vault });
}

/** What a statement holds that verifies by itself: cards, and the digest of a list of hashes. */
function checkInside(statement: Statement): void {
  if (statement.kind === 'manifest' || statement.kind === 'deposit') {
    const holds = equalBytes(partsDigest(statement.parts), statement.digest);
    check(holds, () => tampered('digest of the parts'));
  }
  if (statement.kind === 'vault') checkCard(statement.card, 'patient', statement.author);
  if (statement.kind === 'acceptance' || statement.kind === 'deposit') {
    checkCard(statement.card, 'professional', statement.author);
  }
  if (statement.kind === 'grant' || statement.kind === 'document_grant') {
    if (statement.card !== undefined) checkCard(statement.card, 'professional');
  }
}

function checkCard(signed: Signed, role: Card['role'], author?: KeyId): void {
  const card = verifyCard(signed);
  check(card.role === role, () => malformed('card of another role'));
  check(author === undefined || card.author === author, () => tampered('card of another author'));
}
