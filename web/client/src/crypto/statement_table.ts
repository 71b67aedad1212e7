/** The table of all kinds of statements (chapter 5), by the word on the wire. */
import type { Shape } from './shapes.ts';
import {
  accountDeletionShape,
  accountKeepingShape,
  type AccountDeletion,
  type AccountKeeping,
} from './statement_accounts.ts';
import { depositShape, restoralShape, type Deposit, type Restoral } from './statement_deposits.ts';
import { documentGrantShape, type DocumentGrant } from './statement_documents.ts';
import {
  directoryKeyShape,
  serverKeyShape,
  type DirectorySuccession,
  type ServerSuccession,
} from './statement_keys.ts';
import {
  acceptanceShape,
  accessShape,
  cardShape,
  directoryEntryShape,
  grantShape,
  loginShape,
  manifestShape,
  openingShape,
  refileShape,
  removalShape,
  revocationShape,
  rotationShape,
  shareEndShape,
  shareShape,
  vaultShape,
  type Acceptance,
  type Access,
  type Card,
  type Chain,
  type DirectoryEntry,
  type Grant,
  type Login,
  type Manifest,
  type Opening,
  type Refile,
  type Removal,
  type Revocation,
  type Rotation,
  type Share,
  type ShareEnd,
  type Vault,
} from './statement_kinds.ts';
import {
  blockShape,
  renewalRefusalShape,
  renewalRequestShape,
  sectionsShape,
  sectionTermsShape,
  settingsShape,
  unblockShape,
  type Block,
  type RenewalRefusal,
  type RenewalRequest,
  type Sections,
  type SectionTerms,
  type Settings,
  type Unblock,
} from './statement_settings.ts';
import { shareUpdateShape, type ShareUpdate } from './statement_shares.ts';

/** Every kind with the type of its statement. */
export interface StatementOf {
  readonly login: Login;
  readonly account_deletion: AccountDeletion;
  readonly account_keeping: AccountKeeping;
  readonly card: Card;
  readonly directory_entry: DirectoryEntry;
  readonly server_key: ServerSuccession;
  readonly directory_key: DirectorySuccession;
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly refile: Refile;
  readonly removal: Removal;
  readonly grant: Grant;
  readonly document_grant: DocumentGrant;
  readonly acceptance: Acceptance;
  readonly revocation: Revocation;
  readonly rotation: Rotation;
  readonly share: Share;
  readonly share_end: ShareEnd;
  readonly share_update: ShareUpdate;
  readonly deposit: Deposit;
  readonly restoral: Restoral;
  readonly sections: Sections;
  readonly section_terms: SectionTerms;
  readonly settings: Settings;
  readonly renewal_request: RenewalRequest;
  readonly renewal_refusal: RenewalRefusal;
  readonly block: Block;
  readonly unblock: Unblock;
  readonly access: Access;
  readonly opening: Opening;
}
export type Kind = keyof StatementOf;
export type Statement = StatementOf[Kind];

export const SHAPES: { readonly [K in Kind]: Shape<StatementOf[K]> } = {
  login: loginShape,
  account_deletion: accountDeletionShape,
  account_keeping: accountKeepingShape,
  card: cardShape,
  directory_entry: directoryEntryShape,
  server_key: serverKeyShape,
  directory_key: directoryKeyShape,
  vault: vaultShape,
  manifest: manifestShape,
  refile: refileShape,
  removal: removalShape,
  grant: grantShape,
  document_grant: documentGrantShape,
  acceptance: acceptanceShape,
  revocation: revocationShape,
  rotation: rotationShape,
  share: shareShape,
  share_end: shareEndShape,
  share_update: shareUpdateShape,
  deposit: depositShape,
  restoral: restoralShape,
  sections: sectionsShape,
  section_terms: sectionTermsShape,
  settings: settingsShape,
  renewal_request: renewalRequestShape,
  renewal_refusal: renewalRefusalShape,
  block: blockShape,
  unblock: unblockShape,
  access: accessShape,
  opening: openingShape,
};
export const KINDS = Object.keys(SHAPES) as readonly Kind[];

const UNCHAINED = [
  'login',
  'account_deletion',
  'account_keeping',
  'card',
  'directory_entry',
  'server_key',
  'directory_key',
] as const;
type UnchainedKind = (typeof UNCHAINED)[number];
/** Kinds that stand in a chain. */
export type ChainedKind = Exclude<Kind, UnchainedKind>;

/** The chain that statements of a kind stand in, or null. */
export function chainOf(kind: Kind): Chain | null {
  if (UNCHAINED.some((unchained) => unchained === kind)) return null;
  return kind === 'access' || kind === 'opening' ? 'accesses' : 'ledger';
}
