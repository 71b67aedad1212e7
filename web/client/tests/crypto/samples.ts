/** Valid statements of every kind, for tests. */
import { HybridIdentity } from '../../src/crypto/age_recipients.ts';
import {
  newId,
  type AccountId,
  type Address,
  type DocumentId,
  type GrantId,
  type Rpps,
  type SectionId,
  type ShareId,
  type VaultId,
} from '../../src/crypto/encoding.ts';
import { keyId, SigningKey } from '../../src/crypto/signing.ts';
import {
  partsDigest,
  sign,
  type Card,
  type Sections,
  type Signed,
  type Statement,
} from '../../src/crypto/statements.ts';

export const NOW = 1_790_000_000;

/** Someone with keys and a signed card. */
export interface Person {
  readonly key: SigningKey;
  readonly identity: HybridIdentity;
  readonly card: Card;
  readonly signedCard: Signed;
}

export function person(role: 'patient' | 'professional'): Person {
  const key = SigningKey.generate();
  const identity = HybridIdentity.generate();
  const recipient = identity.recipient().public;
  const card: Card = {
    kind: 'card',
    account: newId<AccountId>(),
    author: keyId(key.public, recipient),
    recipient,
    role,
    signing: key.public,
    time: NOW,
    ...(role === 'professional'
      ? { name: 'Dr Nadia Benali', profession: '10' as const, rpps: '10001234565' as Rpps }
      : {}),
  };
  return { key, identity, card, signedCard: sign(card, key) };
}

/** One statement of every kind, each valid by itself. */
export function everyKind(patient: Person, professional: Person): readonly Statement[] {
  const fill = (length: number): Uint8Array => new Uint8Array(length).fill(7);
  const section = newId<SectionId>();
  const other = newId<SectionId>();
  const document = newId<DocumentId>();
  const grant = newId<GrantId>();
  const common = { author: patient.card.author, time: NOW, vault: newId<VaultId>() };
  const ledger = { ...common, seq: 3, prev: fill(32) };
  const parts = [fill(32), fill(32)];
  const filing = { document, epoch: 2, header: fill(32), metadata: fill(32), section, version: 1 };
  const share = newId<ShareId>();
  return [
    {
      kind: 'login',
      address: 'a@example.org' as Address,
      challenge: fill(32),
      method: 'password',
      origin: 'https://coffre.example',
      time: NOW,
    },
    {
      kind: 'account_deletion',
      account: patient.card.account,
      address: 'a@example.org' as Address,
      challenge: fill(32),
      origin: 'https://coffre.example',
      time: NOW,
    },
    {
      kind: 'account_keeping',
      account: patient.card.account,
      author: patient.card.author,
      deletion: fill(32),
      time: NOW,
    },
    patient.card,
    {
      ...ledger,
      kind: 'vault',
      seq: 0,
      card: patient.signedCard,
      inbox: section,
      inbox_recipient: fill(1216),
      sections: [{ epoch: 1, name: fill(296), section }],
      server: fill(32),
    },
    {
      ...ledger,
      ...filing,
      kind: 'manifest',
      digest: partsDigest(parts),
      length: (8 << 20) + 1,
      part_size: 8 << 20,
      parts,
    },
    { ...ledger, ...filing, kind: 'refile', from: other, manifest: fill(32) },
    { ...ledger, kind: 'removal', document, manifest: fill(32), section, version: 1 },
    {
      ...ledger,
      kind: 'grant',
      bundle: fill(32),
      card: professional.signedCard,
      grant,
      not_before: NOW,
      not_after: NOW + 365 * 86_400,
      rights: ['add', 'read'],
      sections: [{ epoch: 1, section }],
      sequence: 1,
    },
    {
      ...ledger,
      kind: 'document_grant',
      bundle: fill(32),
      card: professional.signedCard,
      documents: [{ document, version: 1 }],
      grant,
      not_before: NOW,
      not_after: NOW + 30 * 86_400,
      rights: ['read'],
      sequence: 1,
    },
    {
      ...ledger,
      kind: 'acceptance',
      author: professional.card.author,
      bundle: fill(32),
      card: professional.signedCard,
      grant,
      proof: fill(64),
      sequence: 1,
    },
    { ...ledger, kind: 'revocation', grant, sequence: 1 },
    {
      ...ledger,
      kind: 'rotation',
      grants: [{ bundle: fill(32), grant }],
      sections: [{ epoch: 2, ladder: fill(72), name: fill(296), section }],
    },
    {
      ...ledger,
      kind: 'share',
      details: fill(552),
      documents: [{ document, version: 1 }],
      files: [{ length: 9, sha256: fill(32) }],
      not_after: NOW + 900,
      passcode: 0,
      share,
    },
    { ...ledger, kind: 'share_end', share },
    {
      ...ledger,
      kind: 'share_update',
      details: fill(552),
      documents: [{ document, version: 1 }],
      files: [{ length: 9, sha256: fill(32) }],
      not_after: NOW + 900,
      share,
    },
    { ...common, kind: 'access', document, mode: 'own', nonce: fill(16), reason: 'own', version: 1 },
    {
      kind: 'directory_entry',
      account: professional.card.account,
      author: patient.card.author,
      key: professional.card.author,
      name: 'Dr Nadia Benali',
      profession: '10',
      rpps: '10001234565' as Rpps,
      sequence: 1,
      state: 'verified',
      time: NOW,
    },
    { ...common, kind: 'opening', openings: 1, recipient: 'Dr Martin', share },
    ...(['server_key', 'directory_key'] as const).map((kind) => ({
      kind,
      author: patient.card.author,
      before: fill(32),
      from: NOW + 600,
      key: fill(32),
      proof: fill(64),
      sequence: 1,
      time: NOW,
      until: NOW + 86_400,
    })),
    ...laterKinds(ledger, professional, { document, grant, section, other }),
  ];
}

/** The kinds that came after the first ones. */
function laterKinds(
  ledger: Pick<Sections, 'author' | 'time' | 'vault' | 'seq' | 'prev'>,
  professional: Person,
  ids: {
    readonly document: DocumentId;
    readonly grant: GrantId;
    readonly section: SectionId;
    readonly other: SectionId;
  },
): readonly Statement[] {
  const fill = (length: number): Uint8Array => new Uint8Array(length).fill(7);
  const { document, grant, section, other } = ids;
  const parts = [fill(32)];
  const theirs = { ...ledger, author: professional.card.author };
  return [
    {
      ...theirs,
      kind: 'deposit',
      author_metadata: fill(32),
      card: professional.signedCard,
      digest: partsDigest(parts),
      document,
      epoch: 1,
      header: fill(32),
      length: 1000,
      part_size: 8 << 20,
      parts,
      section,
      version: 1,
    },
    { ...ledger, kind: 'restoral', document, manifest: fill(32), section, version: 1 },
    {
      ...ledger,
      kind: 'sections',
      added: [{ epoch: 1, name: fill(296), section }],
      renamed: [{ epoch: 2, name: fill(1064), section: other }],
    },
    { ...ledger, kind: 'section_terms', terms: [{ epoch: 1, not_after: NOW + 366 * 86_400, section }] },
    { ...ledger, kind: 'settings', mask_new: 1 },
    { ...theirs, kind: 'renewal_request', grant, not_after: NOW + 366 * 86_400, sequence: 1 },
    { ...ledger, kind: 'renewal_refusal', grant, sequence: 1 },
    { ...ledger, kind: 'block', professional: professional.card.author },
    { ...ledger, kind: 'unblock', professional: professional.card.author },
  ];
}

const PROFESSIONALS: ReadonlySet<string> = new Set(['acceptance', 'deposit', 'renewal_request']);

/** The key that signs a sample: what only professionals say is theirs, all else the patient's. */
export function signerOf(statement: Statement, patient: Person, professional: Person): SigningKey {
  return PROFESSIONALS.has(statement.kind) ? professional.key : patient.key;
}
