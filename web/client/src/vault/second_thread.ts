/**
 * A second thread that verifies signatures, for as long as somebody reads a chain. It is given no key that opens anything.
 *
 * Owns starting it once there is enough to do, and doing without it: then signatures are verified on this one.
 */
import { concat } from '../crypto/encoding.ts';
import { verifyMany, type SignedMessage, type VerifyMany } from '../crypto/platform_ed25519.ts';

/** What a page of signatures is sent as, and the number by which its answer is known. */
export interface VerifyRequest {
  readonly id: number;
  readonly key: Uint8Array;
  /** Signature and message of each, one behind the other in one buffer that moves: a thousand of them cost more to hand over. */
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Of the signature and the message of each. */
  readonly lengths: readonly number[];
}

export interface VerifyAnswer {
  readonly id: number;
  readonly good: readonly boolean[];
}

/** Starts a thread that answers each `VerifyRequest` (worker/verifying.ts). */
export type StartThread = () => Worker;

/** Fewer are verified sooner than a thread starts. */
const ENOUGH = 100;

/** At most one thread; `close` ends it. */
export class SecondThread {
  private readonly start: StartThread | undefined;
  private worker: Worker | undefined;
  private gone = false;
  private count = 0;
  private readonly waiting = new Map<number, (good: readonly boolean[] | undefined) => void>();

  constructor(start: StartThread | undefined) {
    this.start = start;
  }

  readonly verify: VerifyMany = async (key, signed) => {
    const worker = signed.length < ENOUGH && this.worker === undefined ? undefined : this.running();
    const good = worker === undefined ? undefined : await this.ask(worker, key, signed);
    return good ?? verifyMany(key, signed);
  };

  close(): void {
    this.gone = true;
    this.worker?.terminate();
    this.worker = undefined;
    for (const answer of this.waiting.values()) answer(undefined);
    this.waiting.clear();
  }

  private ask(worker: Worker, key: Uint8Array, signed: readonly SignedMessage[]) {
    const id = this.count++;
    return new Promise<readonly boolean[] | undefined>((resolve) => {
      this.waiting.set(id, resolve);
      const pieces = signed.flatMap(({ signature, message }) => [signature, message]);
      const packed = concat(...pieces);
      const request: VerifyRequest = { id, key, packed, lengths: pieces.map((piece) => piece.length) };
      worker.postMessage(request, [packed.buffer]);
    });
  }

  /** Undefined where there is none, or it broke down. */
  private running(): Worker | undefined {
    if (this.worker !== undefined || this.gone || this.start === undefined) return this.worker;
    try {
      const worker = this.start();
      worker.onmessage = ({ data }: MessageEvent<VerifyAnswer>) => {
        this.waiting.get(data.id)?.(data.good);
        this.waiting.delete(data.id);
      };
      worker.onerror = () => {
        this.close();
      };
      this.worker = worker;
    } catch {
      this.gone = true;
    }
    return this.worker;
  }
}

/** The signatures of a request, as they were packed. */
export function unpacked({ packed, lengths }: VerifyRequest): readonly SignedMessage[] {
  const signed: SignedMessage[] = [];
  let offset = 0;
  for (let index = 0; index + 1 < lengths.length; index += 2) {
    const middle = offset + (lengths[index] ?? 0);
    const end = middle + (lengths[index + 1] ?? 0);
    signed.push({ signature: packed.subarray(offset, middle), message: packed.subarray(middle, end) });
    offset = end;
  }
  return signed;
}
