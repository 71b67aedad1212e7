/**
 * Sending an object in parts (HTTP API, uploads): a few at a time, again when the connection breaks, on from where it stopped.
 *
 * Owns the pipeline. At most four parts are in memory, however large the document; the next is sealed while others travel.
 * Where the host offers it, a part goes straight to the store by a URL that the server signs for it just then; if that does not
 * work from here, it goes through the server, which always takes it.
 */
import type { Api } from '../api/client.ts';
import { ApiError, Cancelled, Unreachable } from '../api/errors.ts';
import { readPartUrl, readReserved, readUpload } from '../api/types.ts';
import { b64u, equalBytes, type UploadId, type VaultId } from '../crypto/encoding.ts';
import type { Part } from '../crypto/document.ts';
import { check, tampered } from '../crypto/errors.ts';
import { patiently, type Patience } from './patience.ts';

const IN_FLIGHT = 4;
const URL_ATTEMPTS = 3;
const URL_PAUSE = 150;

/** Where parts come from. */
export interface PartSource {
  /** Of the object, in bytes. */
  readonly length: number;
  readonly partSize: number;
  parts(): AsyncIterable<Part>;
  /** Given a part that arrived and is read no more; its memory may be used for another. */
  reuse?(part: Part): void;
}

/** What is written down of an upload, so that it can go on after this page is gone. */
export interface UploadNotes {
  /** The server's name of the upload, if an earlier page began it. */
  readonly upload: UploadId | undefined;
  begun(upload: UploadId): Promise<void>;
  /** Called before a part may be sent. Raises stale for other bytes than were sealed before under this number. */
  sealed(part: Part): Promise<void>;
}

/** How an upload behaves; without patience it fails as soon as an answer is missing. */
export interface UploadOptions {
  readonly notes?: UploadNotes | undefined;
  readonly patience?: Patience | undefined;
}

/** One object on its way. `run` may be called again after it failed: what arrived is not sent twice. */
export class Upload {
  private readonly api: Api;
  private readonly base: string;
  private readonly source: PartSource;
  private readonly options: UploadOptions;
  private readonly sealed: AsyncIterator<Part>;
  private readonly held = new Map<number, Part>();
  /** By number from 0: what the server said it has. */
  private there: ReadonlyMap<number, Uint8Array> = new Map();
  private upload: UploadId | undefined;
  private direct = false;
  private sent = 0;

  constructor(api: Api, vault: VaultId, source: PartSource, options: UploadOptions = {}) {
    this.api = api;
    this.base = `/vaults/${vault}/uploads`;
    this.source = source;
    this.options = options;
    this.upload = options.notes?.upload;
    this.sealed = source.parts()[Symbol.asyncIterator]();
  }

  /** Sends everything that has not arrived. `onSent` is given the bytes that arrived so far. */
  async run(signal: AbortSignal, onSent: (bytes: number) => void): Promise<UploadId> {
    const { patience } = this.options;
    const upload = await patiently(patience, signal, () => this.place(signal));
    onSent(this.sent);
    const waiting = [...this.held.values()];
    const next = async (): Promise<Part | undefined> => {
      const part = waiting.shift() ?? (await this.cut());
      if (part !== undefined) await this.options.notes?.sealed(part);
      return part;
    };
    // Sealing is one stream: workers take turns at it, while what they took travels side by side.
    let turn: Promise<Part | undefined> = Promise.resolve(undefined);
    const take = (): Promise<Part | undefined> => {
      turn = turn.then(next, next);
      return turn;
    };
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    let failure: unknown;
    const worker = async (): Promise<void> => {
      try {
        for (let part = await take(); part !== undefined; part = await take()) {
          if (both.aborted) throw new Cancelled();
          const { number, sha256 } = part;
          if (!same(this.there.get(number), sha256)) await this.send(upload, part, both);
          this.arrived(part);
          onSent(this.sent);
        }
      } catch (thrown) {
        failure ??= thrown;
        stop.abort();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    if (failure !== undefined) throw failure as Error;
    return upload;
  }

  /** The next part that was not sealed yet. */
  private async cut(): Promise<Part | undefined> {
    const step: IteratorResult<Part, unknown> = await this.sealed.next();
    if (step.done === true) return undefined;
    this.held.set(step.value.number, step.value);
    return step.value;
  }

  /** Gives the upload up at the server. */
  async drop(upload: UploadId | undefined = this.upload): Promise<void> {
    if (upload === undefined) return;
    try {
      await this.api.delete(`${this.base}/${upload}`);
    } catch (thrown) {
      // It was swept, or is a document already.
      if (!(thrown instanceof ApiError && thrown.code === 'not_found')) throw thrown;
    }
  }

  /** The upload at the server: a new one, or the one begun before with what arrived of it. */
  private async place(signal: AbortSignal): Promise<UploadId> {
    if (this.upload !== undefined && (await this.look(this.upload, signal))) return this.upload;
    const { length, partSize } = this.source;
    const body = { length, part_size: partSize };
    const reserved = await this.api.post(this.base, body, readReserved, { signal });
    check(reserved.part_size === partSize, () => tampered('parts of another size than asked for'));
    await this.options.notes?.begun(reserved.upload);
    this.upload = reserved.upload;
    this.direct = reserved.transfer === 'direct';
    return reserved.upload;
  }

  /** Asks what arrived; false when the server no longer knows the upload and everything is to be sent. */
  private async look(upload: UploadId, signal: AbortSignal): Promise<boolean> {
    // Nothing was sent by this page, and by no earlier one.
    if (this.held.size === 0 && this.sent === 0 && this.options.notes?.upload === undefined) return true;
    try {
      const found = await this.api.get(`${this.base}/${upload}`, readUpload, { signal });
      const { length, partSize } = this.source;
      const ours = found.length === length && found.part_size === partSize;
      check(ours, () => tampered('another upload than the one begun'));
      this.there = new Map(found.parts.map(({ number, sha256 }) => [number - 1, sha256]));
      this.direct = found.transfer === 'direct';
      return true;
    } catch (thrown) {
      const gone = thrown instanceof ApiError && thrown.code === 'not_found';
      // What this page sent cannot be sealed again by it: only a page that starts from the file can.
      if (!gone || this.sent > 0) throw thrown;
      return false;
    }
  }

  private async send(upload: UploadId, part: Part, signal: AbortSignal): Promise<void> {
    const path = `${this.base}/${upload}/parts/${String(part.number + 1)}`;
    await patiently(this.options.patience, signal, async () => {
      if (this.direct && (await this.sendStraight(path, part, signal))) return;
      await this.api.putPart(path, part.data, part.sha256, signal);
    });
  }

  /** Whether a part went straight to the store. A URL may have expired: each attempt asks for another. */
  private async sendStraight(path: string, part: Part, signal: AbortSignal): Promise<boolean> {
    const body = { length: part.data.length, sha256: b64u(part.sha256) };
    for (let attempt = 0; attempt < URL_ATTEMPTS; attempt++) {
      if (attempt > 0) await this.api.pause(URL_PAUSE * 2 ** attempt, signal);
      const { url } = await this.api.post(`${path}/url`, body, readPartUrl, { signal, again: true });
      try {
        await this.api.putUrl(url, part.data, signal);
        return true;
      } catch (thrown) {
        if (!(thrown instanceof Unreachable)) throw thrown;
      }
    }
    // The other parts need not try as well.
    this.direct = false;
    return false;
  }

  private arrived(part: Part): void {
    if (!this.held.delete(part.number)) return;
    this.sent += part.data.length;
    this.source.reuse?.(part);
  }
}

function same(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && equalBytes(one, other);
}

/** Bytes that are sealed already, such as a share's file, in parts. */
export function partsOf(data: Uint8Array<ArrayBuffer>, partSize: number, hash: Hash): PartSource {
  return {
    length: data.length,
    partSize,
    async *parts() {
      for (let offset = 0; offset < data.length; offset += partSize) {
        const piece = data.slice(offset, offset + partSize);
        yield { number: offset / partSize, offset, data: piece, sha256: await hash(piece) };
      }
    },
  };
}

type Hash = (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
