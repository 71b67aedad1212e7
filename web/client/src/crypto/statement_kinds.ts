/**
 * The kinds of statements that a vault starts with (chapter 5): one shape each, with the rules that hold inside a statement.
 * Others are in statement_deposits.ts and statement_settings.ts; statement_table.ts has them all.
 *
 * Member names are the wire's. What depends on other statements (who is entitled, which epoch is newest) belongs to the
 * fold of chapter 6, not here.
 */
import {
  checkRpps,
  normaliseAddress,
  type AccountId,
  type DocumentId,
  type GrantId,
  type SectionId,
  type ShareId,
  type VaultId,
} from './encoding.ts';
import { check, limitExceeded, malformed, tampered } from './errors.ts';
import {
  bytes,
  bytesBetween,
  checkedText,
  id,
  integer,
  list,
  oneOf,
  optional,
  record,
  text,
  type Of,
  type RecordOf,
} from './shapes.ts';
import { keyId } from './signing.ts';
import { ascii, DAY, hash, keyIdShape, signedShape, time } from './statement_grammar.ts';

export const MAX_TERM = 366 * DAY;
export const MAX_INVITATION = 30 * DAY;
export const MAX_EPOCH = 10_000;
export const MAX_SECTIONS = 256;
export const MAX_GRANTS = 1000;
export const MAX_PARTS = 10_000;
export const MIN_PART_SIZE = 5 << 20;
export const MAX_PART_SIZE = 64 << 20;
export const PART_SIZE_STEP = 65_536;
export const MAX_SHARED_DOCUMENTS = 100;
/** Codes of TRE_G15 that may be granted. */
export const PROFESSIONS = [
  ...['10', '21', '26', '28', '40', '50', '60', '70'],
  ...['80', '86', '91', '92', '94', '95', '96', '98'],
] as const;

export const document = id<DocumentId>();
export const grant = id<GrantId>();
export const section = id<SectionId>();
const share = id<ShareId>();
const vault = id<VaultId>();
export const epoch = integer(1, MAX_EPOCH);
export const version = integer(1);
export const sequence = integer(1);
// WRAP of a frame of 256 to 1024 bytes (chapter 3).
export const sealedName = bytesBetween(296, 1064);
const sectionEpochs = list(record({ epoch, section }), {
  min: 1,
  max: MAX_SECTIONS,
  order: (item) => item.section,
});

const signedBy = { author: keyIdShape, time };
const inVault = { ...signedBy, vault };
/** Fields of every statement of a ledger. */
export const inLedger = { ...inVault, prev: hash, seq: integer() };

export const loginShape = record({
  address: checkedText(normaliseAddress),
  challenge: bytes(32),
  kind: oneOf('login'),
  method: oneOf('password', 'kit'),
  origin: ascii(300),
  time,
});
export type Login = Of<typeof loginShape>;

export const cardShape = record(
  {
    ...signedBy,
    account: id<AccountId>(),
    kind: oneOf('card'),
    name: optional(text(200)),
    profession: optional(oneOf(...PROFESSIONS)),
    recipient: bytes(1216),
    role: oneOf('patient', 'professional'),
    rpps: optional(checkedText(checkRpps)),
    signing: bytes(32),
  },
  (card) => {
    const given = [card.name, card.profession, card.rpps].filter((member) => member !== undefined).length;
    check(given === (card.role === 'professional' ? 3 : 0), () => malformed('members of a card'));
    check(card.author === keyId(card.signing, card.recipient), () => tampered('author of a card'));
  },
);
export type Card = Of<typeof cardShape>;

/** What the operator found out about a professional's keys; the one with the highest `sequence` counts. */
export const directoryEntryShape = record({
  ...signedBy,
  account: id<AccountId>(),
  key: keyIdShape,
  kind: oneOf('directory_entry'),
  name: text(200),
  profession: oneOf(...PROFESSIONS),
  rpps: checkedText(checkRpps),
  sequence,
  state: oneOf('verified', 'refused'),
});
export type DirectoryEntry = Of<typeof directoryEntryShape>;

/** A section at its start, with its sealed name. */
export const newSection = record({ epoch: integer(1, 1), name: sealedName, section });

export const vaultShape = record(
  {
    ...inLedger,
    card: signedShape,
    inbox: section,
    inbox_recipient: bytes(1216),
    kind: oneOf('vault'),
    sections: list(newSection, {
      min: 1,
      max: MAX_SECTIONS,
      order: (item) => item.section,
    }),
    server: bytes(32),
  },
  (statement) => {
    check(statement.seq === 0, () => malformed('position of a vault statement'));
    const hasInbox = statement.sections.some((item) => item.section === statement.inbox);
    check(hasInbox, () => malformed('inbox is not among the sections'));
  },
);
export type Vault = Of<typeof vaultShape>;

/** Raises malformed unless an object of `length` bytes has as many parts of `part_size` bytes. */
export function checkParts(facts: {
  readonly length: number;
  readonly part_size: number;
  readonly parts: readonly Uint8Array[];
}): void {
  check(facts.part_size % PART_SIZE_STEP === 0, () => malformed('part size'));
  const count = Math.ceil(facts.length / facts.part_size);
  check(facts.parts.length === count, () => malformed('number of parts'));
}

export const manifestShape = record(
  {
    ...inLedger,
    /** Exactly when the author is not the vault's owner, which the fold checks. */
    author_metadata: optional(hash),
    digest: hash,
    document,
    epoch,
    header: hash,
    kind: oneOf('manifest'),
    length: integer(1),
    metadata: hash,
    part_size: integer(MIN_PART_SIZE, MAX_PART_SIZE),
    parts: list(hash, { min: 1, max: MAX_PARTS }),
    previous: optional(hash),
    section,
    version,
  },
  (statement) => {
    checkParts(statement);
    check((statement.previous === undefined) === (statement.version === 1), () =>
      malformed('previous version'),
    );
  },
);
export type Manifest = Of<typeof manifestShape>;

export const refileShape = record({
  ...inLedger,
  document,
  epoch,
  from: section,
  header: hash,
  kind: oneOf('refile'),
  manifest: hash,
  metadata: hash,
  section,
  version,
});
export type Refile = Of<typeof refileShape>;

export const removalShape = record({
  ...inLedger,
  document,
  kind: oneOf('removal'),
  manifest: hash,
  section,
  version,
});
export type Removal = Of<typeof removalShape>;

/** What grants of both kinds say of whom they are for and how long. */
export const grantTerm = {
  bundle: hash,
  card: optional(signedShape),
  grant,
  not_after: time,
  not_before: time,
  redeem: optional(record({ key: bytes(32), not_after: time })),
  sequence,
};

/** Raises malformed or limit_exceeded: whom a grant is for, and its term. */
export function checkTerm(statement: RecordOf<typeof grantTerm> & { readonly time: number }): void {
  const { redeem, card, not_after: end, not_before: begin, time: signed } = statement;
  check((redeem === undefined) !== (card === undefined), () => malformed('either redeem or card'));
  check(end > begin, () => malformed('end before start'));
  check(end - signed <= MAX_TERM, () => limitExceeded('term of a grant'));
  const redeemable = redeem === undefined || redeem.not_after - signed <= MAX_INVITATION;
  check(redeemable, () => limitExceeded('term of an invitation'));
}

export const grantShape = record(
  {
    ...inLedger,
    ...grantTerm,
    kind: oneOf('grant'),
    rights: list(oneOf('add', 'read'), { min: 1, max: 2, order: (right) => right }),
    sections: sectionEpochs,
  },
  checkTerm,
);
export type Grant = Of<typeof grantShape>;

export const acceptanceShape = record({
  ...inLedger,
  bundle: hash,
  card: signedShape,
  grant,
  kind: oneOf('acceptance'),
  proof: bytes(64),
  sequence,
});
export type Acceptance = Of<typeof acceptanceShape>;

export const revocationShape = record({ ...inLedger, grant, kind: oneOf('revocation'), sequence });
export type Revocation = Of<typeof revocationShape>;

export const rotationShape = record({
  ...inLedger,
  grants: list(record({ bundle: hash, grant }), { max: MAX_GRANTS, order: (item) => item.grant }),
  inbox_recipient: optional(bytes(1216)),
  kind: oneOf('rotation'),
  sections: list(record({ epoch: integer(2, MAX_EPOCH), ladder: bytes(72), name: sealedName, section }), {
    min: 1,
    max: MAX_SECTIONS,
    order: (item) => item.section,
  }),
});
export type Rotation = Of<typeof rotationShape>;

/** One version of a document. */
export const namedVersion = record({ document, version });
export type NamedVersion = Of<typeof namedVersion>;

/** By document, then version. */
export function versionOrder(item: { readonly document: string; readonly version: number }): string {
  return `${item.document} ${String(item.version).padStart(16, '0')}`;
}

/** What both `share` and `share_update` say. */
export const shareContents = {
  details: bytesBetween(552, 16_424),
  documents: list(namedVersion, { min: 1, max: MAX_SHARED_DOCUMENTS, order: versionOrder }),
  files: list(record({ length: integer(1), sha256: hash }), { min: 1, max: MAX_SHARED_DOCUMENTS }),
  max_openings: optional(integer(1)),
  not_after: time,
  share,
};

export const shareShape = record(
  { ...inLedger, ...shareContents, kind: oneOf('share'), passcode: integer(0, 1) },
  (statement) => {
    check(statement.files.length === statement.documents.length, () => malformed('number of files'));
    check(statement.not_after - statement.time <= MAX_TERM, () => limitExceeded('term of a share'));
  },
);
export type Share = Of<typeof shareShape>;

export const shareEndShape = record({ ...inLedger, kind: oneOf('share_end'), share });
export type ShareEnd = Of<typeof shareEndShape>;

export const accessShape = record(
  {
    ...inVault,
    document,
    grant: optional(grant),
    kind: oneOf('access'),
    mode: oneOf('own', 'grant'),
    nonce: bytes(16),
    opened: optional(time),
    reason: oneOf('care', 'emergency', 'administrative', 'own'),
    version,
  },
  ({ mode, grant: term, opened, time: signed }) => {
    check((mode === 'grant') === (term !== undefined), () => malformed('grant of an access'));
    const before = opened === undefined || (mode === 'own' && opened <= signed);
    check(before, () => malformed('opened before, by the owner alone'));
  },
);
export type Access = Of<typeof accessShape>;

export const openingShape = record({
  ...inVault,
  client: optional(oneOf('android', 'ios', 'linux', 'macos', 'other', 'windows')),
  kind: oneOf('opening'),
  openings: integer(1),
  recipient: text(100),
  share,
});
export type Opening = Of<typeof openingShape>;

export type Chain = 'ledger' | 'accesses';
