/**
 * From opened vaults to what pages show (ui/models.ts). Plain values only: no key, no secret, no statement leaves the worker.
 */
import { fingerprint } from '../crypto/signing.ts';
import { b64u, type DocumentId, type KeyId, type SectionId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import type { Metadata } from '../crypto/metadata.ts';
import { NO_NAME, ShareLink } from '../crypto/share.ts';
import type { Card, Opening } from '../crypto/statements.ts';
import type {
  AccountView,
  DocumentView,
  GrantState,
  GrantView,
  ProfessionCode,
  SectionView,
  ShareState,
  ShareView,
} from '../ui/models';
import type { Client } from '../vault/client.ts';
import {
  documentsOfTerm,
  grantState,
  heldBy,
  latestTerm,
  latestVersion,
  sectionOf,
  sectionsOfTerm,
  type DocumentState,
  type GrantRecord,
  type ShareRecord,
} from '../vault/ledger_state.ts';
import { isNew, isWaiting } from '../vault/inbox.ts';
import { isProfile } from '../vault/profiles.ts';
import { isAsked } from '../vault/renewals.ts';
import { detailsOf } from '../vault/shares.ts';
import type { OpenVault } from '../vault/vaults.ts';

export function momentOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

export function accountView(client: Client, card?: Card): AccountView {
  const { role, address, deletionDue } = client.session;
  return {
    role,
    email: address,
    name: client.keyring.name,
    fingerprint: fingerprint(client.me),
    rpps: card?.rpps,
    profession: card?.profession,
    deletionDue: deletionDue === undefined ? undefined : momentOf(deletionDue),
  };
}

/** Sections in the order of the kinds, with how many documents each holds. */
export function sectionViews(vault: OpenVault): readonly SectionView[] {
  const counts = new Map<SectionId, number>();
  for (const document of vault.documents()) {
    const version = latestVersion(document);
    if (vault.asAuthor(version) || vault.granted(version) !== undefined) continue;
    const section = sectionOf(document);
    counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  return [...vault.sections()].map(([id, { kind, name }]) => ({
    id,
    kind,
    name,
    count: counts.get(id) ?? 0,
  }));
}

export function sectionView(vault: OpenVault, id: SectionId): SectionView {
  const { kind, name } = vault.nameOf(id);
  return { id, kind, name };
}

/** The documents that the account can read, with a row also for one whose author sealed what does not open. */
export function documentViews(vault: OpenVault): readonly DocumentView[] {
  const sections = new Map<SectionId, SectionView>();
  return vault.documents().flatMap((document) => {
    const view = documentView(vault, document);
    if (view === undefined) return [];
    // The very same object for all of a section: what crosses to the page is written once.
    const section = sections.get(view.section.id as SectionId) ?? view.section;
    sections.set(view.section.id as SectionId, section);
    return [{ ...view, section }];
  });
}

/** A document with its opened metadata; undefined when these do not open, which is their author's fault. */
export function documentView(vault: OpenVault, document: DocumentState): DocumentView | undefined {
  const version = latestVersion(document);
  const elsewhere = vault.asAuthor(version);
  const metadata = elsewhere ? vault.remembered(version) : metadataOf(vault, document);
  if (metadata === undefined) {
    if (vault.owned && isWaiting(document)) return unreadableView(vault, document);
    return elsewhere ? untitledView(vault, document) : undefined;
  }
  const section = sectionView(vault, version.filing.section);
  return {
    id: document.document,
    version: version.manifest.version,
    title: metadata.title,
    type: metadata.type,
    section,
    date: metadata.date,
    added: momentOf(version.added),
    author: nameOf(vault, version.manifest.author) ?? metadata.author,
    own: version.manifest.author === vault.client.me,
    mime: metadata.mime,
    fileName: metadata.name,
    size: metadata.size,
    thumbnail: thumbnailUrl(metadata.thumbnail),
    tags: metadata.tags.length === 0 ? undefined : metadata.tags,
    masked: elsewhere || section.kind === 'masked',
    elsewhere,
    isNew: vault.owned && isNew(vault, document),
    named: !vault.owned && vault.granted(version) !== undefined,
    isProfile: isProfile(vault, version),
  };
}

/** A deposit that its author sealed wrongly: it can be removed. */
function unreadableView(vault: OpenVault, document: DocumentState): DocumentView {
  const view = untitledView(vault, document);
  return { ...view, own: false, masked: false, elsewhere: false, isNew: true, unreadable: true };
}

/** A document by the account that the patient filed out of its sections, before it was opened. */
function untitledView(vault: OpenVault, document: DocumentState): DocumentView {
  const { added, filing, manifest } = latestVersion(document);
  return {
    id: document.document,
    version: manifest.version,
    title: '',
    section: sectionView(vault, filing.section),
    date: momentOf(added).toISOString().slice(0, 10),
    added: momentOf(added),
    author: nameOf(vault, manifest.author) ?? '',
    own: true,
    mime: 'application/octet-stream',
    fileName: '',
    size: manifest.length,
    masked: true,
    elsewhere: true,
  };
}

export function thumbnailUrl(jpeg: Uint8Array | undefined): string | undefined {
  if (jpeg === undefined) return undefined;
  const text = b64u(jpeg).replaceAll('-', '+').replaceAll('_', '/');
  return `data:image/jpeg;base64,${text}${'='.repeat((4 - (text.length % 4)) % 4)}`;
}

/** The title of a document that may be gone. */
export function titleOf(vault: OpenVault, id: DocumentId): string | undefined {
  const document = vault.state.documents.get(id);
  return document === undefined ? undefined : metadataOf(vault, document)?.title;
}

/** The name on a professional's card. */
export function nameOf(vault: OpenVault, key: KeyId): string | undefined {
  return vault.state.cards.get(key)?.card.name;
}

export function grantView(vault: OpenVault, grant: GrantRecord): GrantView {
  const term = latestTerm(grant);
  const { rights, not_before: begin, not_after: end } = term.statement;
  const named = documentsOfTerm(term).map(({ document }) => titleOf(vault, document));
  const card = term.professional === undefined ? undefined : vault.state.cards.get(term.professional)?.card;
  return {
    id: grant.grant,
    state: shownState(grantState(vault.state, grant, vault.now())),
    ...(card === undefined ? {} : { professional: professionalView(card) }),
    sections: [...sectionsOfTerm(term)].map((section) => sectionView(vault, section)),
    documents: named.length === 0 ? undefined : named,
    rights,
    notBefore: momentOf(begin),
    notAfter: momentOf(end),
    ...(isAsked(term) && term.asked !== undefined ? { asked: momentOf(term.asked) } : {}),
    refused: term.refused !== undefined,
    blocked: term.professional !== undefined && vault.state.blocked.has(term.professional),
  };
}

/** Pages do not tell a grant that begins later from an active one. */
export function shownState(state: GrantState | 'upcoming'): GrantState {
  return state === 'upcoming' ? 'active' : state;
}

export function shareView(vault: OpenVault, share: ShareRecord, opened: readonly Opening[]): ShareView {
  const held = heldBy(share);
  const details = detailsOf(vault, share);
  return {
    id: held.share,
    label: details?.label ?? '',
    link: details?.link,
    documentIds: held.documents.map(({ document }) => document),
    documents: held.documents.map(({ document }) => titleOf(vault, document) ?? ''),
    notAfter: momentOf(held.not_after),
    state: stateOfShare(share, opened.length, vault.now()),
    openings: opened.length,
    maxOpenings: held.max_openings,
    passcode: share.statement.passcode === 1,
    follows: details !== undefined && ShareLink.parse(details.link).longLived,
    opened: opened.map(({ time, recipient, client }) => ({
      time: momentOf(time),
      client,
      name: recipient === NO_NAME ? undefined : recipient,
    })),
  };
}

/** What pages show of a professional's card. */
export function professionalView(card: Card): NonNullable<GrantView['professional']> {
  return {
    name: card.name ?? '',
    profession: card.profession as ProfessionCode,
    rpps: card.rpps ?? '',
    fingerprint: fingerprint(card.author),
  };
}

function stateOfShare(share: ShareRecord, openings: number, now: number): ShareState {
  const { max_openings: max, not_after: end } = heldBy(share);
  if (share.ended !== undefined) return 'ended';
  if (now >= end) return 'expired';
  return max !== undefined && openings >= max ? 'used' : 'active';
}

function metadataOf(vault: OpenVault, document: DocumentState): Metadata | undefined {
  try {
    return vault.metadata(latestVersion(document));
  } catch (thrown) {
    if (thrown instanceof CoffreError) return undefined;
    throw thrown;
  }
}
