/** The table of all kinds of statements (chapter 5), by the word on the wire. */
import type { Shape } from './shapes.ts';
import { depositShape, restoralShape, type Deposit, type Restoral } from './statement_deposits.ts';
import { documentGrantShape, type DocumentGrant } from './statement_documents.ts';
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
  readonly card: Card;
  readonly directory_entry: DirectoryEntry;
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
  card: cardShape,
  directory_entry: directoryEntryShape,
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

/** Kinds that stand in a chain. */
export type ChainedKind = Exclude<Kind, 'login' | 'card' | 'directory_entry'>;

/** The chain that statements of a kind stand in, or null. */
export function chainOf(kind: Kind): Chain | null {
  if (kind === 'login' || kind === 'card' || kind === 'directory_entry') return null;
  return kind === 'access' || kind === 'opening' ? 'accesses' : 'ledger';
}
