/**
 * Deposits (chapters 4 and 7): the link that says where to, whose inbox that is, and a deposit's header.
 *
 * Owns what a professional needs who holds no key of the vault, and what the owner does with the header. It knows neither
 * statements' positions nor objects.
 *
 *     const inbox = readInbox(depositLinkOf(text), vaultStatement, rotationStatement);
 *     const header = makeDepositHeader(fileKey, inbox.recipient, identity.recipient());
 */
import { makeHeader, verifyHeader } from './age_file.ts';
import { parseHeader, type Stanza } from './age_header.ts';
import { HYBRID, HybridRecipient, type HybridIdentity } from './age_recipients.ts';
import {
  checkId,
  checkKeyId,
  randomBytes,
  strip,
  type KeyId,
  type Random,
  type SectionId,
  type VaultId,
} from './encoding.ts';
import { check, malformed, tampered, unsupportedVersion, wrongKey } from './errors.ts';
import { wrapFileKey, type Filing, type SectionSecret } from './sections.ts';
import { parse, verifyByCard, verifyCard, type Signed } from './statements.ts';

/** Where a deposit goes: the vault and its owner's key id. Holds no secret. */
export interface DepositLink {
  readonly vault: VaultId;
  readonly owner: KeyId;
}

/** What the owner signed about the inbox: its id, newest epoch, and the recipient of its drop identity. */
export interface Inbox {
  readonly section: SectionId;
  readonly epoch: number;
  readonly recipient: HybridRecipient;
}

/** The link's parts, whatever its origin. Raises malformed, unsupported_version. */
export function depositLinkOf(link: string): DepositLink {
  const [, version, rest] = /\/deposit#([0-9]+)\.([^\n]*)/.exec(strip(link)) ?? [];
  check(version !== undefined && rest !== undefined, () => malformed('not a deposit link'));
  check(version === '1', () => unsupportedVersion('deposit link of another version'));
  const [vault = '', ...owner] = rest.split('.');
  return { vault: checkId<VaultId>(vault), owner: checkKeyId(owner.join('.')) };
}

/** The link for a server's origin (`https://host`). */
export function depositLinkText({ vault, owner }: DepositLink, origin: string): string {
  return `${origin}/deposit#1.${vault}.${owner}`;
}

/**
 * The inbox by the owner's own statements: the ledger's first, and the newest rotation of the inbox if any. Raises tampered for
 * statements of another owner or vault, or a rotation of other sections; as `verify`.
 */
export function readInbox(link: DepositLink, vault: Signed, rotation?: Signed): Inbox {
  const first = verifyByCard(vault, 'vault', verifyCard(parse('vault', vault.statement).card));
  const ours = first.author === link.owner && first.vault === link.vault;
  check(ours, () => tampered("the vault of another owner than the link's"));
  const { inbox: section } = first;
  if (rotation === undefined) {
    return { section, epoch: 1, recipient: new HybridRecipient(first.inbox_recipient) };
  }
  const newest = verifyByCard(rotation, 'rotation', verifyCard(first.card));
  const epoch = newest.sections.find((item) => item.section === section)?.epoch;
  const { inbox_recipient: recipient } = newest;
  const holds = newest.vault === link.vault && recipient !== undefined && epoch !== undefined;
  check(holds, () => tampered('no rotation of this inbox'));
  return { section, epoch, recipient: new HybridRecipient(recipient) };
}

/** A deposit's header: a stanza for the inbox, then the author's. */
export function makeDepositHeader(
  fileKey: Uint8Array,
  inbox: HybridRecipient,
  author: HybridRecipient,
): Uint8Array {
  return makeHeader([inbox.wrap(fileKey), author.wrap(fileKey)], fileKey);
}

/**
 * The file key, by the inbox's drop identity of the epoch that the deposit names. Raises malformed for other stanzas than a
 * deposit's, wrong_key, tampered for the MAC.
 */
export function openDepositHeader(header: Uint8Array, drop: HybridIdentity): Uint8Array {
  const [first] = stanzasOf(header);
  const fileKey = drop.unwrap([first]);
  check(fileKey !== null, () => wrongKey('a deposit for another inbox'));
  return verifyHeader(header, fileKey).fileKey;
}

/** The header with a section stanza in place of the inbox's; the author's stays. Raises as above. */
export function takeInHeader(
  header: Uint8Array,
  fileKey: Uint8Array,
  secret: SectionSecret,
  filing: Filing,
  random: Random = randomBytes,
): Uint8Array {
  const [, author] = stanzasOf(header);
  verifyHeader(header, fileKey);
  return makeHeader([wrapFileKey(secret, filing, fileKey, random), author], fileKey);
}

function stanzasOf(header: Uint8Array): readonly [Stanza, Stanza] {
  const { stanzas, length } = parseHeader(header);
  check(length === header.length, () => malformed('data after the header'));
  const [first, second] = stanzas;
  const pair = stanzas.length === 2 && first?.type === HYBRID && second?.type === HYBRID;
  check(pair && first !== undefined && second !== undefined, () => malformed('not the stanzas of a deposit'));
  return [first, second];
}
