/**
 * Calls of the engine about documents that this device keeps (vault/keeping.ts, spec chapter 11): with the server as the owner who
 * is signed in, without it after `unlock`.
 *
 * Owns what was unlocked without the server: it reads copies, and nothing else. Gone when the worker ends.
 */
import { Cancelled } from '../api/errors.ts';
import { gather } from '../crypto/document.ts';
import { checkId, type AccountId, type DocumentId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { SUMMARY_MIME } from '../crypto/fhir.ts';
import { PROFILE_MIME } from '../crypto/profile.ts';
import type { KeptView } from '../ui/keptModels';
import type { PreviewSource, SectionKind } from '../ui/models';
import { keepDocument, MAX_KEPT } from '../vault/keeping.ts';
import { KeptDocuments, type KeptNote } from '../vault/kept_documents.ts';
import { KeptOpenings } from '../vault/kept_openings.ts';
import { unlockKept, type UnlockedKept } from '../vault/kept_unlock.ts';
import { latestVersion } from '../vault/ledger_state.ts';
import { findProfile } from '../vault/profiles.ts';
import type { SealedRecords } from '../vault/records.ts';
import { Refusal } from './outcome.ts';
import { keptSummary, profileSummary } from './summary_views.ts';
import { momentOf } from './views.ts';
import type { Workplace } from './workplace.ts';

export type KeepProgress = (done: number, total: number) => void;

export function keptCalls(place: Workplace) {
  const { parts, keyrings, store } = place;
  let unlocked: UnlockedKept | undefined;
  let stop = new AbortController();

  /** Of the account that is signed in, or was unlocked here. */
  function mine(): { readonly records: SealedRecords; readonly account: AccountId; readonly name: string } {
    const { signedIn } = place;
    const keyring = signedIn?.keyring ?? unlocked?.keyring;
    const records = signedIn?.records ?? unlocked?.records;
    if (keyring === undefined || records === undefined) throw new Refusal('unauthenticated');
    return { records, account: keyring.account, name: keyring.name };
  }

  const copies = () => new KeptDocuments(mine().records);

  async function found(id: string): Promise<KeptNote> {
    const note = await copies().find(checkId<DocumentId>(id));
    if (note === undefined) throw new Refusal('not_found');
    return note;
  }

  function summaryOf(note: KeptNote, bytes: Uint8Array) {
    const { mime } = note.metadata;
    if (mime === SUMMARY_MIME) return keptSummary(bytes);
    if (mime !== PROFILE_MIME || note.own === 0) return undefined;
    return profileSummary(bytes, { patient: mine().name, now: parts.now() });
  }

  return {
    /** Whether anything is kept in this browser, by anybody's account. */
    async present(): Promise<boolean> {
      return (await keyrings.all(parts.api.origin)).length > 0;
    },

    /** Opens what is kept by the password, without the server. Raises `credentials` for every password that opens nothing. */
    async unlock(address: string, password: string): Promise<{ readonly name: string }> {
      const { origin } = parts.api;
      try {
        unlocked = await unlockKept(
          { origin, keyrings, pins: parts.pins, records: store },
          address,
          password,
        );
      } catch (thrown) {
        throw thrown instanceof CoffreError ? new Refusal(UNOPENED[thrown.code] ?? 'credentials') : thrown;
      }
      return { name: unlocked.keyring.name };
    },

    /** The own vault of who is signed in; null for who unlocked copies alone. */
    async vault(): Promise<string | null> {
      return Promise.resolve(place.signedIn?.keyring.vault?.id ?? null);
    },

    /** The document that is the own profile; null before the first was saved. */
    async profile(): Promise<string | null> {
      return findProfile(await place.own())?.document ?? null;
    },

    async list(): Promise<readonly KeptView[]> {
      const notes = await copies().all();
      return notes.map(keptView).sort((one, other) => (one.date < other.date ? 1 : -1));
    },

    /** A whole copy for a preview. The opening is noted before anything of it is given, for the journal. */
    async preview(id: string): Promise<PreviewSource> {
      const note = await found(id);
      const { document, number } = note;
      const bytes = await intact(gather(copies().read(note)));
      await stored(new KeptOpenings(mine().records).note({ document, number, opened: parts.now() }));
      const { mime, name } = note.metadata;
      return { mime, name, bytes: bytes.buffer, summary: summaryOf(note, bytes) };
    },

    /**
     * Keeps a document of the own vault, and with the first one the keyring, without which no copy opens. Leaves an access in the
     * journal. Raises `cancelled` after `stopKeeping`, and nothing of the copy stays.
     */
    async keep(id: string, progress: KeepProgress): Promise<void> {
      const { signal } = stop;
      const vault = await place.own();
      const { client } = vault;
      const document = await place.document(vault, checkId<DocumentId>(id));
      if (vault.sizeOf(latestVersion(document)) > MAX_KEPT) throw new Refusal('too_large');
      const counted: KeepProgress = (done, total) => {
        if (signal.aborted) throw new Cancelled();
        progress(done, total);
      };
      await stored(keepDocument(vault, document, counted));
      try {
        await stored(place.keepKeyring(client));
      } catch (thrown) {
        await copies().forget(document.document);
        throw thrown;
      }
    },

    /** Gives up what is being kept just now. */
    async stopKeeping(): Promise<void> {
      stop.abort();
      stop = new AbortController();
      return Promise.resolve();
    },

    async drop(id: string): Promise<void> {
      const { records, account } = mine();
      await copies().forget(checkId<DocumentId>(id));
      await place.forgetUnused(records, account);
    },

    /** Drops every copy of the account, and its keyring: nothing of it opens here without the server any more. */
    async dropAll(): Promise<void> {
      const { records, account } = mine();
      await copies().forgetAll();
      await place.forgetUnused(records, account);
    },
  };
}

/** What people are told when nothing opens; every other reason is the password's, or the address's. */
const UNOPENED: Readonly<Partial<Record<CoffreError['code'], 'copy_stale' | 'copy_damaged'>>> = {
  stale: 'copy_stale',
  tampered: 'copy_damaged',
  limit_exceeded: 'copy_damaged',
  unsupported_version: 'copy_damaged',
};

/** A copy that is not what was kept is one fault for people, whatever it is inside. */
async function intact<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (thrown) {
    throw thrown instanceof CoffreError ? new Refusal('copy_damaged') : thrown;
  }
}

/** What the browser's storage refuses, in words. */
async function stored<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (thrown) {
    throw thrown instanceof DOMException ? new Refusal('storage_full') : thrown;
  }
}

function keptView({ document, metadata, section, length, kept }: KeptNote): KeptView {
  return {
    id: document,
    title: metadata.title,
    date: metadata.date,
    section: { id: section.id, kind: section.kind as SectionKind, name: section.name },
    mime: metadata.mime,
    size: length,
    kept: momentOf(kept),
  };
}
