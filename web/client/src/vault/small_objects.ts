/**
 * Small objects on their way together (HTTP API, `POST …/objects`): while one request travels, those that are sealed wait for the next.
 *
 *     const upload = await objects.send({ object, partSize }, signal);   // undefined: nobody else waits
 *
 * Owns who travels with whom. One that nobody waits with goes with its own manifest, in one request, which is its adder's to send.
 * Commits stay one by one: an entry names the one before.
 */
import type { Api } from '../api/client.ts';
import { Cancelled } from '../api/errors.ts';
import { readObjects } from '../api/types.ts';
import { b64u, type UploadId, type VaultId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';

/** As in the API: how many objects one request carries, and how many bytes of them. */
const MOST = 64;
const MOST_BYTES = 4 << 20;

export interface SmallObject {
  readonly object: Uint8Array;
  readonly partSize: number;
}

interface Waiting extends SmallObject {
  readonly signal: AbortSignal;
  readonly resolve: (upload: UploadId | undefined) => void;
  readonly reject: (thrown: unknown) => void;
}

/** The small objects of one vault. */
export class SmallObjects {
  private readonly api: Api;
  private readonly path: string;
  private waiting: readonly Waiting[] = [];
  private adding = 0;
  private travelling = false;

  constructor(api: Api, vault: VaultId) {
    this.api = api;
    this.path = `/vaults/${vault}/objects`;
  }

  /** Runs an adder; while one runs alone its object needs no company. */
  async during<T>(action: () => Promise<T>): Promise<T> {
    this.adding += 1;
    try {
      return await action();
    } finally {
      this.adding -= 1;
    }
  }

  /**
   * The upload of an object that went to the server with others; undefined for one that is alone. Raises Cancelled for one that was
   * given up while it waited, and what the request raises for all that were in it.
   */
  send(small: SmallObject, signal: AbortSignal): Promise<UploadId | undefined> {
    if (this.adding <= 1) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.waiting = [...this.waiting, { ...small, signal, resolve, reject }];
      void this.travel();
    });
  }

  private async travel(): Promise<void> {
    if (this.travelling) return;
    this.travelling = true;
    try {
      for (let group = this.next(); group.length > 0; group = this.next()) await this.sendAll(group);
    } finally {
      this.travelling = false;
    }
  }

  /** Those that travel next: of one part size, in their order, as many as a request carries. */
  private next(): readonly Waiting[] {
    for (const { signal, reject } of this.waiting) if (signal.aborted) reject(new Cancelled());
    const live = this.waiting.filter(({ signal }) => !signal.aborted);
    const [first] = live;
    let bytes = 0;
    const group = live.slice(0, MOST).filter(({ object, partSize }) => {
      bytes += object.length;
      return partSize === first?.partSize && bytes <= MOST_BYTES;
    });
    this.waiting = live.filter((one) => !group.includes(one));
    return group;
  }

  private async sendAll(group: readonly Waiting[]): Promise<void> {
    const body = {
      objects: group.map(({ object }) => b64u(object)),
      part_size: group[0]?.partSize,
    };
    try {
      // Objects that are sent twice are other uploads, and the first ones are swept.
      const { uploads } = await this.api.post(this.path, body, readObjects, { again: true });
      check(uploads.length === group.length, () => tampered('uploads of other objects'));
      group.forEach(({ resolve }, index) => resolve(uploads[index]));
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
    }
  }
}
