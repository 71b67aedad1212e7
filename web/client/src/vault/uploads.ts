/**
 * Sending an object in parts (HTTP API, uploads): a few at a time, again when the connection breaks, on from where it stopped.
 *
 * Owns the pipeline. At most three parts are in memory, however large the document; the next is sealed while others travel.
 */
import type { Api } from '../api/client.ts';
import { Cancelled } from '../api/errors.ts';
import { readReserved, readUpload } from '../api/types.ts';
import { equalBytes, type UploadId, type VaultId } from '../crypto/encoding.ts';
import type { Part } from '../crypto/document.ts';
import { check, tampered } from '../crypto/errors.ts';

const IN_FLIGHT = 3;

/** Where parts come from. */
export interface PartSource {
  /** Of the object, in bytes. */
  readonly length: number;
  readonly partSize: number;
  parts(): AsyncIterable<Part>;
}

/** One object on its way. `run` may be called again after it failed: what arrived is not sent twice. */
export class Upload {
  private readonly api: Api;
  private readonly base: string;
  private readonly source: PartSource;
  private readonly sealed: AsyncIterator<Part>;
  private readonly held = new Map<number, Part>();
  private upload: UploadId | undefined;
  private sent = 0;

  constructor(api: Api, vault: VaultId, source: PartSource) {
    this.api = api;
    this.base = `/vaults/${vault}/uploads`;
    this.source = source;
    this.sealed = source.parts()[Symbol.asyncIterator]();
  }

  /** Sends everything that has not arrived. `onSent` is given the bytes that arrived so far. */
  async run(signal: AbortSignal, onSent: (bytes: number) => void): Promise<UploadId> {
    const upload = await this.reserve(signal);
    await this.skipArrived(upload, signal);
    onSent(this.sent);
    const waiting = [...this.held.values()];
    const next = async (): Promise<Part | undefined> => {
      const again = waiting.shift();
      if (again !== undefined) return again;
      const step: IteratorResult<Part, unknown> = await this.sealed.next();
      if (step.done === true) return undefined;
      this.held.set(step.value.number, step.value);
      return step.value;
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
          await this.send(upload, part, both);
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

  /** Gives the upload up at the server. */
  async drop(): Promise<void> {
    if (this.upload !== undefined) await this.api.delete(`${this.base}/${this.upload}`);
  }

  private async reserve(signal: AbortSignal): Promise<UploadId> {
    if (this.upload !== undefined) return this.upload;
    const { length, partSize } = this.source;
    const body = { length, part_size: partSize };
    const reserved = await this.api.post(this.base, body, readReserved, { signal });
    check(reserved.part_size === partSize, () => tampered('parts of another size than asked for'));
    this.upload = reserved.upload;
    return reserved.upload;
  }

  /** Of the parts at hand, drops those that the server has, whatever became of the answer. */
  private async skipArrived(upload: UploadId, signal: AbortSignal): Promise<void> {
    if (this.held.size === 0) return;
    const { parts } = await this.api.get(`${this.base}/${upload}`, readUpload, { signal });
    for (const { number, sha256 } of parts) {
      const part = this.held.get(number - 1);
      if (part !== undefined && equalBytes(part.sha256, sha256)) this.arrived(part);
    }
  }

  private async send(upload: UploadId, part: Part, signal: AbortSignal): Promise<void> {
    const path = `${this.base}/${upload}/parts/${String(part.number + 1)}`;
    await this.api.putPart(path, part.data, part.sha256, signal);
    this.arrived(part);
  }

  private arrived(part: Part): void {
    if (this.held.delete(part.number)) this.sent += part.data.length;
  }
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
