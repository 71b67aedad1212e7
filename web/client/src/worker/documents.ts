/** Calls of the engine about a vault's documents: list, preview, file, remove (vault/documents.ts). */
import { ApiError } from '../api/errors.ts';
import { b64u, checkId, type DocumentId, type SectionId } from '../crypto/encoding.ts';
import { gather } from '../crypto/document.ts';
import { SUMMARY_MIME } from '../crypto/fhir.ts';
import type { DocumentRights, DocumentView, PreviewSource, SectionView } from '../ui/models';
import { openVersion, readVersion, refile, remove } from '../vault/documents.ts';
import {
  documentsOfTerm,
  latestTerm,
  latestVersion,
  sectionOf,
  type DocumentState,
} from '../vault/ledger_state.ts';
import { isProfile } from '../vault/profiles.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { mustDeposit } from './deposits.ts';
import { keepList } from './list_record.ts';
import { Refusal } from './outcome.ts';
import { paced } from './pace.ts';
import { keptSummary, profileSummary } from './summary_views.ts';
import { documentView, documentViews, momentOf, sectionView, sectionViews } from './views.ts';
import type { Workplace } from './workplace.ts';

/** What a page shows of a vault. */
export interface VaultView {
  readonly id: string;
  readonly sections: readonly SectionView[];
  readonly documents: readonly DocumentView[];
  /** The sections that the account may add to. */
  readonly addable: readonly SectionView[];
  /** The ledger's head, when the view has everything: says whether another one would be the same. */
  readonly stamp?: string | undefined;
  /** Set when a professional reads. */
  readonly guest?:
    | {
        readonly patient: string;
        readonly notAfter: Date;
        readonly depositsOnly: boolean;
        readonly named: number;
      }
    | undefined;
}

/** A document with what may be done with it. */
export interface OpenedDocument {
  readonly document: DocumentView;
  readonly rights: DocumentRights;
  readonly sections: readonly SectionView[];
  readonly guest: boolean;
}

/** Largest document that is opened in memory for a preview. */
const MAX_PREVIEW = 100 << 20;

export type Progress = (done: number, total: number) => void;

export function documentCalls(place: Workplace) {
  async function placeOf(vault: string, id: string): Promise<{ vault: OpenVault; document: DocumentState }> {
    const opened = await place.vault(vault);
    return { vault: opened, document: await place.document(opened, checkId<DocumentId>(id)) };
  }

  let keeping: Promise<unknown> = Promise.resolve();
  const shown = new WeakMap<OpenVault, VaultView>();

  async function content(vault?: string): Promise<VaultView> {
    const id = vault ?? place.client.keyring.vault?.id;
    if (id === undefined) throw new Refusal('forbidden');
    const opened = await place.fresh(id);
    const before = shown.get(opened);
    const stamp = b64u(opened.state.head);
    // Not by the ledger alone: what a professional may do by the clock, and what the owner has not looked at yet.
    const lasts = opened.owned && before?.documents.every((document) => !document.isNew) === true;
    if (before?.stamp === stamp && lasts) return before;
    const view = { ...vaultView(opened), stamp };
    shown.set(opened, view);
    keeping = keeping.then(() => keepList(place.client.records, view));
    keeping.catch(() => undefined);
    return opened.owned ? view : place.visits.visit(place.client.records, opened, view);
  }

  return {
    /** The own vault when `vault` is absent. */
    content,

    /** The same; null when it is still the one with the stamp `seen`. */
    async newer(vault?: string, seen?: string): Promise<VaultView | null> {
      const view = await content(vault);
      return view.stamp === seen ? null : view;
    },

    /** The same as it was shown last on this device, if it was, for `readList`: for the moment until `content` has come. */
    async known(vault?: string): Promise<ArrayBuffer | null> {
      const { client } = place;
      const id = vault ?? client.keyring.vault?.id;
      const kept = id === undefined ? undefined : await place.kept(id);
      return kept?.buffer ?? null;
    },

    async document(vault: string, id: string): Promise<OpenedDocument> {
      const found = await placeOf(vault, id);
      const view = documentView(found.vault, found.document);
      if (view === undefined) throw new ApiError('tampered', 422);
      return { document: view, ...actionsOf(found.vault, found.document) };
    },

    /** The whole document for a preview; null when it is too large for one. Leaves an access in the journal. */
    async preview(vault: string, id: string, progress: Progress): Promise<PreviewSource | null> {
      const { vault: opened, document } = await placeOf(vault, id);
      const version = latestVersion(document);
      if (opened.sizeOf(version) > MAX_PREVIEW) return null;
      const found = await openVersion(opened, version);
      const { mime, name, size } = found.metadata;
      const bytes = await gather(counted(readVersion(opened, found), size, progress));
      const summary = isProfile(opened, version)
        ? profileSummary(bytes, { patient: patientOf(opened), now: opened.now() })
        : mime === SUMMARY_MIME
          ? keptSummary(bytes)
          : undefined;
      return { mime, name, bytes: bytes.buffer, summary };
    },

    async refile(vault: string, id: string, section: string): Promise<void> {
      await refile(await place.vault(vault), checkId<DocumentId>(id), {
        section: checkId<SectionId>(section),
      });
    },

    async mask(vault: string, id: string): Promise<void> {
      const opened = await place.vault(vault);
      await refile(opened, checkId<DocumentId>(id), { section: opened.sectionOfKind('masked') });
    },

    /** Gives a document other tags. */
    async retag(vault: string, id: string, tags: readonly string[]): Promise<void> {
      await refile(await place.vault(vault), checkId<DocumentId>(id), { tags });
    },

    async remove(vault: string, id: string): Promise<void> {
      const opened = await place.vault(vault);
      await remove(opened, checkId<DocumentId>(id));
      if (opened.owned) await place.forgetCopy(checkId<DocumentId>(id));
    },
  };
}

function patientOf(vault: OpenVault): string {
  return vault.owned ? vault.client.keyring.name : vault.patient;
}

function vaultView(vault: OpenVault): VaultView {
  const addable = [...vault.sectionsWith('add')].map((id) => sectionView(vault, id));
  const ends = vault.currentGrants().map((grant) => latestTerm(grant).statement.not_after);
  return {
    id: vault.id,
    sections: sectionViews(vault),
    documents: documentViews(vault),
    addable,
    ...(vault.owned ? {} : { guest: guestOf(vault, Math.max(...ends)) }),
  };
}

function guestOf(vault: OpenVault, end: number): NonNullable<VaultView['guest']> {
  const addable = [...vault.sectionsWith('add')];
  const depositsOnly = addable.length > 0 && addable.every((section) => mustDeposit(vault, section));
  const named = vault.currentGrants('read').flatMap((grant) => documentsOfTerm(latestTerm(grant)));
  return { patient: vault.patient, notAfter: momentOf(end), depositsOnly, named: named.length };
}

function actionsOf(vault: OpenVault, document: DocumentState): Omit<OpenedDocument, 'document'> {
  const masked = vault.nameOf(sectionOf(document)).kind === 'masked';
  return {
    rights: {
      refile: vault.owned && !masked,
      mask: vault.owned,
      remove: vault.owned || document.author === vault.client.me,
      share: vault.owned,
    },
    sections: sectionViews(vault),
    guest: !vault.owned,
  };
}

async function* counted(pieces: AsyncIterable<Uint8Array>, total: number, progress: Progress) {
  let done = 0;
  const tell = paced((bytes) => progress(bytes, total), total);
  for await (const piece of pieces) {
    done += piece.length;
    tell(done);
    yield piece;
  }
}
