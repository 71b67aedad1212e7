/**
 * Calls of the engine about files on their way into a vault (vault/adding.ts, vault/pending_uploads.ts).
 *
 * Owns what is being sent, and that one page alone sends it: an upload's lock is held until it is over, so that no other tab goes
 * on with it. While the server is away an upload waits, and then goes on by itself.
 */
import { checkId, type SectionId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import type { InterruptedUpload, NewDocument, PendingFile, SectionView } from '../ui/models';
import type { Description } from '../vault/adding.ts';
import { browserPatience } from '../vault/patience.ts';
import { isSameFile, PendingUploads, type PendingUpload } from '../vault/pending_uploads.ts';
import { SmallObjects } from '../vault/small_objects.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { adderOf } from './deposits.ts';
import { cleanFile, type CleanFile } from '../imagedata/clean.ts';
import { duplicatesOf } from './duplicates.ts';
import { describe, suggestedTitle } from './files.ts';
import { KeptScans } from './kept_scans.ts';
import { Refusal } from './outcome.ts';
import { makeThumbnail } from './thumbnail.ts';
import { sectionView, thumbnailUrl } from './views.ts';
import type { Workplace } from './workplace.ts';

/** How far an upload is: bytes of the object that arrived, of how many, and what it is doing. */
export type UploadProgress = (
  sent: number,
  total: number,
  doing: 'sending' | 'waiting' | 'confirming',
) => void;

interface Running {
  readonly adding: ReturnType<typeof adderOf>;
  stop: AbortController;
  progress: UploadProgress;
  sent: number;
  /** Lets another page go on with it. */
  readonly release: () => void;
}

export function uploadCalls(place: Workplace) {
  const uploads = new Map<string, Running>();
  const together = new WeakMap<OpenVault, SmallObjects>();
  const pendings = () => new PendingUploads(place.client.records, place.client.now);
  const scans = () => new KeptScans(place.client.records);
  /** The uploads of scans that this browser keeps. */
  const kept = new Set<string>();

  async function begin(
    opened: OpenVault,
    upload: string,
    given: { readonly file: File; readonly description: Description; readonly pending?: PendingUpload },
    progress: UploadProgress,
  ): Promise<string> {
    const { file, description, pending } = given;
    const held: { running?: Running } = {};
    const tell = (doing: 'sending' | 'waiting' | 'confirming') => {
      const { running } = held;
      if (running !== undefined) running.progress(running.sent, running.adding.length, doing);
    };
    const records = pendings();
    const adding = titled(() =>
      adderOf(place, opened, file, description, {
        pending,
        objects: objectsOf(opened),
        notes: (begun) => records.notes(upload, begun),
        patience: { ...browserPatience, waiting: (now) => tell(now ? 'waiting' : 'sending') },
        onSent: () => tell('confirming'),
      }),
    );
    const release = await lockOf(upload);
    held.running = { adding, stop: new AbortController(), progress, sent: 0, release };
    uploads.set(upload, held.running);
    return run(upload, progress);
  }

  function objectsOf(vault: OpenVault): SmallObjects {
    const objects = together.get(vault) ?? new SmallObjects(place.client.api, vault.id);
    together.set(vault, objects);
    return objects;
  }

  async function run(upload: string, progress: UploadProgress): Promise<string> {
    const running = uploads.get(upload);
    if (running === undefined) throw new Refusal('not_found');
    running.stop = new AbortController();
    running.progress = progress;
    const document = await running.adding.run(running.stop.signal, (sent) => {
      running.sent = sent;
      progress(sent, running.adding.length, 'sending');
    });
    await over(upload, running);
    return document;
  }

  async function over(upload: string, running: Running): Promise<void> {
    uploads.delete(upload);
    running.release();
    await forget(upload);
  }

  async function forget(upload: string): Promise<void> {
    await pendings().forget(upload);
    // Most are no scans: nothing is looked for among a thousand.
    if (kept.delete(upload)) await scans().forget(upload);
  }

  /** Goes on with what an earlier page began. */
  async function goOn(
    vault: string,
    upload: string,
    chosen: File,
    progress: UploadProgress,
  ): Promise<string> {
    const opened = await place.fresh(vault);
    const pending = await pendings().find(upload);
    if (pending === undefined) throw new Refusal('not_found');
    if (opened.state.documents.has(pending.document)) {
      await forget(upload);
      return pending.document;
    }
    // What was sent is the cleaned file, which is the same each time; one that an older app began is not cleaned.
    const file = isSameFile(pending, chosen) ? chosen : (await cleanFile(chosen)).file;
    if (!isSameFile(pending, file)) throw new Refusal('other_file');
    const { title, date, section, mime, type, tags, thumbnail } = pending;
    const description = { title, date, section, mime, type, tags, thumbnail };
    return begin(opened, upload, { file, description, pending }, progress);
  }

  return {
    /** Proposals for files that were chosen. The description is kept by the page, the file by the browser. */
    async propose(
      vault: string,
      files: readonly File[],
      earlier: readonly File[] = [],
    ): Promise<readonly Omit<PendingFile, 'id'>[]> {
      const opened = await place.vault(vault);
      const addable = [...opened.sectionsWith('add')].map((id) => sectionView(opened, id));
      const maximum = place.client.server.limits.max_document_bytes;
      const clean: CleanFile[] = [];
      // One after the other: photos are held whole while they are read.
      for (const file of files) clean.push(await cleanFile(file));
      const before = await Promise.all(earlier.map(async (file) => (await cleanFile(file)).file));
      const duplicates = await duplicatesOf(
        opened,
        clean.map(({ file }) => file),
        before,
      );
      const proposals = clean.map((one) => propose(one, addable, maximum));
      return (await Promise.all(proposals)).map((one, at) => ({ ...one, duplicate: duplicates[at] }));
    },

    /** Adds a file; `upload` names it for the other calls. Gives the document's id. */
    async add(
      vault: string,
      upload: string,
      chosen: File,
      given: NewDocument,
      progress: UploadProgress,
    ): Promise<string> {
      const opened = await place.vault(vault);
      if (chosen.size === 0) throw new Refusal('empty_file');
      if (chosen.size > place.client.server.limits.max_document_bytes) throw new Refusal('too_large');
      const { file } = await cleanFile(chosen);
      const { mime } = await describe(file);
      const { title, date, type, tags } = given;
      const section = checkId<SectionId>(given.section);
      const thumbnail = await makeThumbnail(file, mime);
      const description = { title, date, section, mime, type, tags, thumbnail };
      return begin(opened, upload, { file, description }, progress);
    },

    /** Goes on with an upload of this page that failed or was paused. */
    retry: run,

    /** Keeps a document that was made in the page, sealed in this browser, until `upload` is over. */
    async keep(vault: string, upload: string, file: File, given: NewDocument): Promise<void> {
      const { title, date, type, tags } = given;
      const section = checkId<SectionId>(given.section);
      kept.add(upload);
      await scans().keep(upload, file, { vault: checkId(vault), title, date, type, tags, section });
    },

    /** Uploads to a vault that an earlier page did not finish, and no other page works at. */
    async interrupted(vault: string): Promise<readonly InterruptedUpload[]> {
      const opened = await place.vault(vault);
      const busy = await lockedUploads();
      const mine = (upload: string) => !busy.has(upload) && !uploads.has(upload);
      const found = new Map<string, InterruptedUpload>();
      for (const [id, scan] of await scans().all()) {
        if (scan.vault !== vault || !mine(id)) continue;
        kept.add(id);
        found.set(id, { id, title: scan.title, fileName: scan.name, size: scan.size, kept: true });
      }
      for (const [upload, pending] of await pendings().all()) {
        if (pending.vault !== vault || !mine(upload)) continue;
        // It had arrived; only the answer was not heard any more.
        if (opened.state.documents.has(pending.document)) {
          await forget(upload);
          found.delete(upload);
        } else if (!found.has(upload)) {
          const { title, name, size } = pending;
          found.set(upload, { id: upload, title, fileName: name, size });
        }
      }
      return [...found.values()];
    },

    /** Goes on with one of these; a person chose the file again. Raises `other_file` for another one. */
    resume: goOn,

    /** Goes on with one whose file this browser kept. */
    async resumeKept(vault: string, upload: string, progress: UploadProgress): Promise<string> {
      const scan = await scans().find(upload);
      if (scan === undefined) throw new Refusal('not_found');
      const { file, said } = scan;
      if ((await pendings().find(upload)) !== undefined) return goOn(vault, upload, file, progress);
      const opened = await place.fresh(vault);
      const [arrived] = await duplicatesOf(opened, [file], []);
      if (arrived?.document !== undefined) {
        await forget(upload);
        return arrived.document;
      }
      const { title, date, section, type, tags } = said;
      const description = { title, date, section, type, tags, mime: file.type };
      return begin(opened, upload, { file, description }, progress);
    },

    /** Stops sending; what arrived stays, and `retry` goes on. */
    async pause(upload: string): Promise<void> {
      uploads.get(upload)?.stop.abort();
      return Promise.resolve();
    },

    /** Gives an upload up, of this page or an earlier one, at the server too. */
    async cancel(upload: string): Promise<void> {
      const running = uploads.get(upload);
      const pending = running === undefined ? await pendings().find(upload) : undefined;
      if (running !== undefined) {
        running.stop.abort();
        await over(upload, running);
        await running.adding.drop();
      } else if (pending !== undefined) {
        await forget(upload);
        if (pending.upload === undefined) return;
        await place.client.api.delete(`/vaults/${pending.vault}/uploads/${pending.upload}`);
      } else await forget(upload);
    },
  };
}

async function propose(
  { file, cleaning }: CleanFile,
  addable: readonly SectionView[],
  maximum: number,
): Promise<Omit<PendingFile, 'id'>> {
  const { mime, date, type, kind } = await describe(file);
  const section = addable.find((one) => one.kind === kind) ?? addable.find((one) => one.kind === 'other');
  const error = file.size === 0 ? 'empty_file' : file.size > maximum ? 'too_large' : undefined;
  return {
    fileName: file.name,
    size: file.size,
    mime,
    suggestedTitle: suggestedTitle(file.name),
    suggestedDate: date,
    suggestedType: type,
    cleaning,
    suggestedSection: (section ?? addable[0])?.id ?? '',
    thumbnail: error === undefined ? thumbnailUrl(await makeThumbnail(file, mime)) : undefined,
    error,
  };
}

/** What is wrong with a title is said of the title. */
function titled<T>(make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    const text = thrown instanceof CoffreError && thrown.message.startsWith('text is');
    throw text ? new Refusal('bad_title') : thrown;
  }
}

const LOCK = 'coffre-upload ';

/** Waits until no other page works at an upload; the lock goes with this worker at the latest. */
function lockOf(upload: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(LOCK + upload, hold).catch(reject);
  });
}

async function lockedUploads(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
}
