/**
 * Deposits (spec chapters 4 and 7): leaving a document in someone's inbox, and taking it back.
 *
 *     const depositing = new Depositing(client, link, file, { title, date, mime });
 *     await depositing.run(signal, (sent) => …);
 *
 * A depositor needs no key of the vault and folds no ledger: the owner's own signed words are all that counts. What the owner does
 * with a deposit is inbox.ts.
 */
import { ApiError } from '../api/errors.ts';
import { readAppended, readInbox as readInboxAnswer, readOwnDeposits } from '../api/types.ts';
import { newFileKey } from '../crypto/age_file.ts';
import { makeDepositHeader, readInbox, type DepositLink, type Inbox } from '../crypto/deposits.ts';
import { ObjectSealer } from '../crypto/document.ts';
import { b64u, equalBytes, newId, utf8, type DocumentId, type VaultId } from '../crypto/encoding.ts';
import { check, stale, tampered } from '../crypto/errors.ts';
import type { Entry } from '../crypto/journal.ts';
import { checkDate, cleanName, sealForAuthor, type Metadata } from '../crypto/metadata.ts';
import {
  authorMetadataHash,
  headerHash,
  signedToWire,
  type Deposit,
  type Removal,
  type Signed,
} from '../crypto/statements.ts';
import { partSizeOf, type AddingOptions, type Description } from './adding.ts';
import type { Client } from './client.ts';
import { patiently } from './patience.ts';
import { Upload } from './uploads.ts';

const ATTEMPTS = 5;
/** Objects up to this many bytes travel with their statement, in one request. */
const SMALL = 1 << 20;

interface Position {
  readonly size: number;
  readonly head: Uint8Array;
}

/** A document being deposited. `run` may be called again after it failed: it goes on where it stopped. */
export class Depositing {
  readonly id: DocumentId = newId<DocumentId>();
  private readonly client: Client;
  private readonly link: DepositLink;
  private readonly file: File;
  private readonly description: Omit<Description, 'section'>;
  private readonly card: Signed;
  private readonly options: Pick<AddingOptions, 'patience' | 'onSent'>;
  private readonly fileKey = newFileKey();
  private readonly sealer: ObjectSealer;
  private readonly upload: Upload;
  private small: Uint8Array | undefined;

  /** Raises limit_exceeded for an empty or too large file; malformed or limit_exceeded for a title that a reader would refuse. */
  constructor(
    client: Client,
    link: DepositLink,
    given: { readonly file: File; readonly description: Omit<Description, 'section'>; readonly card: Signed },
    options: Pick<AddingOptions, 'patience' | 'onSent'> = {},
  ) {
    const { patience } = options;
    this.client = client;
    this.link = link;
    this.file = given.file;
    this.description = given.description;
    this.card = given.card;
    this.options = options;
    this.sealer = new ObjectSealer(given.file, {
      fileKey: this.fileKey,
      partSize: partSizeOf(client.server, given.file.size),
    });
    this.upload = new Upload(client.api, link.vault, this.sealer, { patience });
    // What a reader would refuse is found before anything is sent.
    this.metadata(new Uint8Array(32));
  }

  /** Of the object, in bytes. */
  get length(): number {
    return this.sealer.length;
  }

  async run(signal: AbortSignal, onSent: (bytes: number) => void): Promise<DocumentId> {
    // Whose inbox it is, before anything is sent.
    await inboxOf(this.client, this.link);
    const where: Readonly<Record<string, string>> = this.isSmall
      ? { object: b64u(await this.whole()) }
      : { upload: await this.upload.run(signal, onSent) };
    this.options.onSent?.();
    await patiently(this.options.patience, signal, () => this.commit(where));
    return this.id;
  }

  /** Gives it up, at the server too. */
  async drop(): Promise<void> {
    await this.upload.drop();
  }

  private get isSmall(): boolean {
    return this.length <= SMALL && this.sealer.partCount === 1;
  }

  private async whole(): Promise<Uint8Array> {
    if (this.small === undefined) for await (const part of this.sealer.parts()) this.small = part.data;
    check(this.small !== undefined, () => stale('the file changed while it was read'));
    return this.small;
  }

  private async commit(where: Readonly<Record<string, string>>): Promise<void> {
    const { api } = this.client;
    const sealed = this.metadata(this.sealer.result().content);
    for (let attempt = 1; ; attempt++) {
      const { inbox, position } = await inboxOf(this.client, this.link);
      const header = makeDepositHeader(
        this.fileKey,
        inbox.recipient,
        this.client.keyring.identity.recipient(),
      );
      const signed = this.client.sign(this.statement(inbox, position, header, sealed));
      const copies = { header: b64u(header), author_metadata: b64u(sealed) };
      const body = { deposit: signedToWire(signed), ...copies, ...where };
      try {
        // The very same statement is answered with the same entry, so that it may be sent again.
        const answer = await api.post(`/vaults/${this.link.vault}/deposits`, body, readAppended, {
          again: true,
        });
        checkEntry(answer.entry, signed);
        return;
      } catch (thrown) {
        if (!hasMoved(thrown, attempt)) throw thrown;
      }
    }
  }

  private statement(inbox: Inbox, position: Position, header: Uint8Array, sealed: Uint8Array): Deposit {
    const { digest, length, part_size, parts } = this.sealer.result();
    return {
      kind: 'deposit',
      author: this.client.me,
      time: this.client.now(),
      vault: this.link.vault,
      seq: position.size,
      prev: position.head,
      author_metadata: authorMetadataHash(sealed),
      card: this.card,
      digest,
      document: this.id,
      epoch: inbox.epoch,
      header: headerHash(header),
      length,
      part_size,
      parts,
      section: inbox.section,
      version: 1,
    };
  }

  private metadata(content: Uint8Array): Uint8Array {
    const { title, date, mime, type, tags = [], thumbnail } = this.description;
    const contents: Metadata = {
      author: this.client.keyring.name,
      content,
      date: checkDate(date),
      mime,
      name: cleanName(this.file.name),
      size: this.file.size,
      tags: tags.map((tag) => tag.normalize('NFC')),
      thumbnail,
      title: title.normalize('NFC'),
      type,
    };
    const authored = { vault: this.link.vault, document: this.id, version: 1 };
    return sealForAuthor(this.fileKey, authored, contents);
  }
}

/** What the account deposited in a vault and is not removed, as the server says. */
export async function ownDeposits(client: Client, vault: VaultId) {
  return client.api.get(`/vaults/${vault}/deposits`, readOwnDeposits);
}

/** Takes back a document of one's own, wherever the owner filed it. Raises ApiError. */
export async function withdraw(client: Client, vault: VaultId, id: DocumentId): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { deposits, size, head } = await ownDeposits(client, vault);
    const own = deposits.find((one) => one.document === id);
    if (own === undefined) throw new ApiError('not_found', 404);
    const removal: Removal = {
      kind: 'removal',
      author: client.me,
      time: client.now(),
      vault,
      seq: size,
      prev: head,
      document: own.document,
      manifest: own.manifest,
      section: own.section,
      version: own.version,
    };
    const signed = client.sign(removal);
    try {
      const body = { removal: signedToWire(signed) };
      checkEntry((await client.api.post(`/vaults/${vault}/withdrawals`, body, readAppended)).entry, signed);
      return;
    } catch (thrown) {
      if (!hasMoved(thrown, attempt)) throw thrown;
    }
  }
}

/** The inbox by its owner's words, never at an older epoch than one already seen. Raises stale, tampered. */
export async function inboxOf(
  client: Client,
  link: DepositLink,
): Promise<{ readonly inbox: Inbox; readonly position: Position }> {
  const { vault, rotation, size, head } = await client.api.get(
    `/vaults/${link.vault}/inbox`,
    readInboxAnswer,
  );
  const inbox = readInbox(link, vault, rotation);
  const name = `inbox/${link.vault}`;
  const seen = await client.records.read(name);
  const highest = seen === undefined ? 0 : Number(new TextDecoder().decode(seen));
  check(inbox.epoch >= highest, () => stale('an older inbox than the one already seen'));
  await client.records.write(name, utf8(String(inbox.epoch)));
  return { inbox, position: { size, head } };
}

function hasMoved(thrown: unknown, attempt: number): boolean {
  return thrown instanceof ApiError && thrown.code === 'stale' && attempt < ATTEMPTS;
}

function checkEntry(entry: Entry, signed: Signed): void {
  const said = entry.body?.signed.statement;
  const ours = said !== undefined && equalBytes(said, signed.statement);
  check(ours, () => tampered('acknowledged as another entry'));
}
