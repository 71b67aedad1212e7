/**
 * Taking everything out: every version of every document, with an index that a person can read (as `vault/client/export.py`).
 *
 *     for await (const { name, input } of new Export(vault, options).entries()) …
 *
 * Owns what stands where, and what happens to a document that does not open: it is left out and named. Nothing is given of a
 * document before it was verified, but for large ones, which are given as they are read; when one of these breaks, the whole export
 * does, and `broken` says which. With `age` the files are plain `.age` files under random names, and the text of `identity` opens
 * them with stock age.
 */
import { sealFile } from '../crypto/age_file.ts';
import { X25519Identity } from '../crypto/age_recipients.ts';
import { payloadLength } from '../crypto/age_stream.ts';
import { exportHeader, gather } from '../crypto/document.ts';
import { hex, utf8, type DocumentId } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { Sha256 } from '../crypto/primitives.ts';
import { ApiError } from '../api/errors.ts';
import { openVersion, readAsAge, readVersion, type OpenedVersion } from './documents.ts';
import { exportIndex, exportPage, moment, type ExportRow, type ExportWords } from './export_index.ts';
import { freeName, safeName, withSuffix } from './file_names.ts';
import { sectionOf, type DocumentState, type VersionState } from './ledger_state.ts';
import { patiently, type Patience } from './patience.ts';
import { isProfile } from './profiles.ts';
import type { OpenVault } from './vaults.ts';

/** Larger documents are given while they are read. */
const GATHERED = 16 << 20;

/** A file of the export. */
export interface ExportEntry {
  readonly name: string;
  readonly input: AsyncIterable<Uint8Array> | Uint8Array;
  readonly size: number;
  readonly lastModified: Date;
}

/** The journal as it stands when everything was read: rows for programs, a table for spreadsheets. */
export interface ExportedJournal {
  readonly rows: unknown;
  readonly csv: string;
}

export interface ExportOptions {
  readonly age: boolean;
  readonly words: ExportWords;
  readonly journal: () => Promise<ExportedJournal>;
  /** Documents that broke an earlier export. */
  readonly without: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly authorOf: (opened: OpenedVersion) => string;
  readonly advance: (bytes: number) => void;
}

/** A version that is not in the export, and why. */
export interface LeftOutVersion {
  readonly document: DocumentId;
  readonly title: string;
  readonly thrown: unknown;
}

/** How much an export opens. */
export function exportSize(vault: OpenVault): { readonly versions: number; readonly bytes: number } {
  const versions = vault.documents().flatMap((document) => document.versions);
  const bytes = versions.map((version) => sizeOf(vault, version));
  return { versions: versions.length, bytes: bytes.reduce((sum, size) => sum + size, 0) };
}

/** One export, run once. */
export class Export {
  readonly identity: X25519Identity | undefined;
  readonly failed: LeftOutVersion[] = [];
  /** The version that ended the export when a part of it had been given. */
  broken: LeftOutVersion | undefined;
  private readonly vault: OpenVault;
  private readonly options: ExportOptions;
  private readonly rows: ExportRow[] = [];
  private readonly taken = new Map<string, Set<string>>();
  private profile: string | undefined;

  constructor(vault: OpenVault, options: ExportOptions) {
    this.vault = vault;
    this.options = options;
    this.identity = options.age ? X25519Identity.generate() : undefined;
  }

  /** How many versions were given. */
  get files(): number {
    return this.rows.length;
  }

  /** Raises what concerns more than one document (Cancelled, no session, no answer), and what broke a large one. */
  async *entries(): AsyncGenerator<ExportEntry> {
    for (const document of this.vault.documents()) {
      for (const version of document.versions) {
        const content = await this.content(document, version);
        if (content === undefined) continue;
        const { opened, input, size } = content;
        const name = this.place(document, opened);
        yield { name, input, size, lastModified: new Date(version.added * 1000) };
        this.rows.push(this.row(document, opened, name, content.digest()));
        if (this.identity === undefined && isProfile(this.vault, version)) this.profile = name;
      }
    }
    yield* this.indexes();
  }

  /** Undefined for a version that is left out. */
  private async content(document: DocumentState, version: VersionState): Promise<Content | undefined> {
    if (this.options.without.has(document.document)) {
      this.leaveOut(version, new ApiError('tampered', 422));
      return undefined;
    }
    try {
      const { signal, patience } = this.options;
      const opened = await patiently(patience, signal, () => openVersion(this.vault, version));
      const sealed = this.identity === undefined ? this.plain(opened) : this.sealed(opened, this.identity);
      if (opened.metadata.size > GATHERED) return { ...sealed, input: this.watched(sealed.input, version) };
      return { ...sealed, input: await gather(sealed.input) };
    } catch (thrown) {
      if (!isOfOneDocument(thrown)) throw thrown;
      this.leaveOut(version, thrown);
      return undefined;
    }
  }

  private plain(opened: OpenedVersion) {
    const { signal, patience, advance } = this.options;
    const hash = new Sha256();
    const pieces = readVersion(this.vault, opened, signal, patience);
    const input = each(pieces, (piece) => {
      hash.update(piece);
      advance(piece.length);
    });
    // Asked once, when everything was given.
    return { opened, input, size: opened.metadata.size, digest: () => hash.digest() };
  }

  private sealed(opened: OpenedVersion, identity: X25519Identity) {
    const { signal, patience, advance } = this.options;
    const { size, sha256 } = opened.metadata;
    const recipients = [identity.recipient()];
    const input = each(
      readAsAge(this.vault, opened, recipients, { signal, patience }),
      (piece) => void advance(piece.length),
    );
    const length = exportHeader(opened.fileKey, recipients).length + payloadLength(size);
    // Of a sealed file the digest would take opening it.
    return { opened, input, size: length, digest: () => sha256 };
  }

  /** The same, noting what breaks it. */
  private async *watched(pieces: AsyncIterable<Uint8Array>, version: VersionState) {
    try {
      yield* pieces;
    } catch (thrown) {
      if (isOfOneDocument(thrown)) this.broken = this.leftOut(version, thrown);
      throw thrown;
    }
  }

  private leaveOut(version: VersionState, thrown: unknown): void {
    this.failed.push(this.leftOut(version, thrown));
  }

  private leftOut(version: VersionState, thrown: unknown): LeftOutVersion {
    return { document: version.manifest.document, title: titleOf(this.vault, version), thrown };
  }

  /** A path that nothing has yet. */
  private place(document: DocumentState, { metadata, version }: OpenedVersion): string {
    const { version: number } = version.manifest;
    // Names outside of the sealed files would tell what is in them.
    if (this.identity !== undefined) return `documents/${document.document}-${String(number)}.age`;
    const folder = safeName(this.sectionName(document), 'section');
    const taken = this.taken.get(folder.toLowerCase()) ?? new Set<string>();
    this.taken.set(folder.toLowerCase(), taken);
    const name = safeName(metadata.name, document.document);
    const one = document.versions.length === 1;
    return `${folder}/${freeName(one ? name : withSuffix(name, ` v${String(number)}`), taken)}`;
  }

  private sectionName(document: DocumentState): string {
    const { kind, name } = this.vault.nameOf(sectionOf(document));
    return kind === 'custom' ? (name ?? kind) : kind;
  }

  private row(
    document: DocumentState,
    opened: OpenedVersion,
    path: string,
    digest: Uint8Array | undefined,
  ): ExportRow {
    const { metadata, version } = opened;
    return {
      id: document.document,
      version: version.manifest.version,
      title: metadata.title,
      name: metadata.name,
      type: metadata.type ?? null,
      mime: metadata.mime,
      section: this.sectionName(document),
      date: metadata.date,
      author: this.options.authorOf(opened),
      size: metadata.size,
      sha256: digest === undefined ? null : hex(digest),
      added: moment(version.added),
      path,
    };
  }

  private async *indexes(): AsyncGenerator<ExportEntry> {
    const journal = await this.options.journal();
    const seal = this.identity === undefined ? '' : '.age';
    const places = {
      missing: this.failed.map(({ title }) => title),
      journal: `journal.csv${seal}`,
      profile: this.profile,
    };
    const files = [
      ['journal.csv', journal.csv],
      ['index.json', exportIndex(this.vault, this.rows, journal.rows)],
      ['index.html', exportPage(this.rows, this.options.words, places)],
    ] as const;
    for (const [name, text] of files) yield this.index(`${name}${seal}`, text);
  }

  private index(name: string, text: string): ExportEntry {
    const data = utf8(text);
    const input = this.identity === undefined ? data : sealFile(data, [this.identity.recipient()]);
    return { name, input, size: input.length, lastModified: new Date(this.vault.now() * 1000) };
  }
}

interface Content {
  readonly opened: OpenedVersion;
  readonly input: AsyncIterable<Uint8Array> | Uint8Array;
  readonly size: number;
  readonly digest: () => Uint8Array | undefined;
}

/** What stands in `identity.txt`, as age-keygen writes it. */
export function identityText(identity: X25519Identity): string {
  return `# public key: ${identity.recipient().toString()}\n${identity.text()}\n`;
}

async function* each(pieces: AsyncIterable<Uint8Array>, look: (piece: Uint8Array) => void) {
  for await (const piece of pieces) {
    look(piece);
    yield piece;
  }
}

/** Without a session, or an answer, the next document would fail as well. */
function isOfOneDocument(thrown: unknown): boolean {
  return thrown instanceof CoffreError || (thrown instanceof ApiError && thrown.code !== 'unauthenticated');
}

function titleOf(vault: OpenVault, version: VersionState): string {
  try {
    return vault.metadata(version).title;
  } catch (thrown) {
    if (thrown instanceof CoffreError) return version.manifest.document;
    throw thrown;
  }
}

function sizeOf(vault: OpenVault, version: VersionState): number {
  try {
    return vault.sizeOf(version);
  } catch (thrown) {
    if (thrown instanceof CoffreError) return version.manifest.length;
    throw thrown;
  }
}
