/** Sending an object in parts: how many travel, what is sent again, and how it goes on after a failure. */
import { describe, expect, it } from 'vitest';
import { Api, type Fetch } from '../../src/api/client.ts';
import { Unreachable } from '../../src/api/errors.ts';
import type { Part } from '../../src/crypto/document.ts';
import { b64u, type UploadId, type VaultId } from '../../src/crypto/encoding.ts';
import { stale } from '../../src/crypto/errors.ts';
import { sha256Large } from '../../src/crypto/primitives.ts';
import type { Patience } from '../../src/vault/patience.ts';
import {
  partsOf,
  Upload,
  type PartSource,
  type UploadNotes,
  type UploadOptions,
} from '../../src/vault/uploads.ts';

const ORIGIN = 'https://coffre.example';
const VAULT = 'a'.repeat(32) as VaultId;
const UPLOAD = 'b'.repeat(32);
const SIZE = 8;
const STORE = 'https://store.example/part/';

/** A server that keeps parts; `fails` says which requests for a part are lost. */
class Store {
  readonly parts = new Map<number, Uint8Array>();
  readonly digests = new Map<number, string>();
  puts = 0;
  travelling = 0;
  most = 0;
  fails: (part: number, put: number) => boolean = () => false;
  /** The first parts are answered only when so many are under way. */
  together = 1;
  private meet: () => void = () => undefined;
  private readonly met = new Promise<void>((resolve) => (this.meet = resolve));
  /** Parts that arrive although their answer is lost. */
  losesAnswer: (part: number) => boolean = () => false;

  /** Parts may go straight to the store; `refusesUrl` says which of them it then refuses. */
  direct = false;
  refusesUrl: (part: number) => boolean = () => false;
  urls = 0;
  straight = 0;

  readonly fetch: Fetch = async (url, init) => {
    if (url.startsWith(STORE)) return this.receiveStraight(url, init);
    const path = url.slice(`${ORIGIN}/api/v1/vaults/${VAULT}/uploads`.length);
    const transfer = this.direct ? 'direct' : 'proxied';
    const asked = /parts\/(\d+)\/url$/.exec(path)?.[1];
    if (asked !== undefined) {
      this.urls += 1;
      return Response.json({ url: `${STORE}${asked}?signed=${String(this.urls)}`, headers: {}, expires: 1 });
    }
    if (init.method === 'POST') {
      return Response.json({ upload: UPLOAD, part_size: SIZE, parts: 9, transfer });
    }
    const part = Number(/parts\/(\d+)$/.exec(path)?.[1] ?? 0);
    if (part === 0)
      return Response.json({
        upload: UPLOAD,
        length: object.length,
        part_size: SIZE,
        parts: this.arrived(),
        transfer,
      });
    return this.receive(part, init);
  };

  private async receiveStraight(url: string, init: RequestInit): Promise<Response> {
    this.straight += 1;
    const part = Number(url.slice(STORE.length).split('?')[0]);
    if (this.refusesUrl(part)) return new Response('expired', { status: 403 });
    expect(init).toMatchObject({ method: 'PUT', credentials: 'omit', mode: 'cors', redirect: 'error' });
    expect(init.headers).toBeUndefined();
    const data = new Uint8Array(await new Response(init.body).arrayBuffer());
    this.parts.set(part, data);
    this.digests.set(part, b64u(await sha256Large(data)));
    return new Response(null);
  }

  private async receive(part: number, init: RequestInit): Promise<Response> {
    this.puts += 1;
    const put = this.puts;
    this.travelling += 1;
    this.most = Math.max(this.most, this.travelling);
    if (this.travelling >= this.together) this.meet();
    await this.met;
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.travelling -= 1;
    if (this.fails(part, put)) throw new TypeError('lost');
    const data = new Uint8Array(await new Response(init.body).arrayBuffer());
    this.parts.set(part, data);
    this.digests.set(part, b64u(await sha256Large(data)));
    if (this.losesAnswer(part)) throw new TypeError('lost');
    return Response.json({});
  }

  private arrived() {
    return [...this.digests].map(([number, sha256]) => ({ number, sha256 }));
  }

  whole(): Uint8Array {
    const order = [...this.parts].sort(([one], [other]) => one - other);
    return Uint8Array.from(order.flatMap(([, data]) => [...data]));
  }
}

const object = Uint8Array.from({ length: 70 }, (_, index) => index);

/** Counts how many parts were sealed and not sent yet. */
function counting(source: PartSource, sealed: { count: number }): PartSource {
  return {
    ...source,
    // What arrived is written over at once.
    reuse: ({ data }) => data.fill(0),
    async *parts() {
      for await (const part of source.parts()) {
        sealed.count += 1;
        yield part;
      }
    },
  };
}

function upload(store: Store, sealed = { count: 0 }, options: UploadOptions = {}): Upload {
  const api = new Api(ORIGIN, store.fetch, () => Promise.resolve());
  return new Upload(api, VAULT, counting(partsOf(object, SIZE, sha256Large), sealed), options);
}

/** What an earlier page wrote down, and what this one does. */
class Notes implements UploadNotes {
  upload: UploadId | undefined;
  readonly hashes = new Map<number, Uint8Array>();

  begun(id: UploadId): Promise<void> {
    this.upload = id;
    return Promise.resolve();
  }

  sealed({ number, sha256 }: Part): Promise<void> {
    const before = this.hashes.get(number);
    if (before !== undefined && b64u(before) !== b64u(sha256)) return Promise.reject(stale('other bytes'));
    this.hashes.set(number, sha256);
    return Promise.resolve();
  }
}

const never = new AbortController().signal;

describe('an upload', () => {
  it('sends every part once, four at a time', async () => {
    const store = new Store();
    store.together = 4;
    const sent: number[] = [];
    expect(await upload(store).run(never, (bytes) => sent.push(bytes))).toBe(UPLOAD);
    expect(store.whole()).toEqual(object);
    expect(store.puts).toBe(9);
    expect(store.most).toBe(4);
    expect(sent.at(-1)).toBe(object.length);
  });

  it('holds at most four parts, however slow the server is', async () => {
    const store = new Store();
    const sealed = { count: 0 };
    store.fails = () => {
      expect(sealed.count - store.parts.size).toBeLessThanOrEqual(4);
      return false;
    };
    await upload(store, sealed).run(never, () => undefined);
    expect(sealed.count).toBe(9);
  });

  it('sends a part again when the connection breaks', async () => {
    const store = new Store();
    store.fails = (_, put) => put === 2 || put === 4;
    await upload(store).run(never, () => undefined);
    expect(store.whole()).toEqual(object);
    expect(store.puts).toBe(11);
  });

  it('goes on where it stopped, and does not send what arrived', async () => {
    const store = new Store();
    const sealed = { count: 0 };
    const going = upload(store, sealed);
    store.fails = (part) => part === 5;
    await expect(going.run(never, () => undefined)).rejects.toBeInstanceOf(Unreachable);
    const before = [...store.parts.keys()];
    expect(before).not.toContain(5);
    const puts = store.puts;
    store.fails = () => false;
    await going.run(never, () => undefined);
    expect(store.whole()).toEqual(object);
    expect(store.puts - puts).toBe(9 - before.length);
    // Sealing is not begun anew: the bytes that arrived before would not fit.
    expect(sealed.count).toBe(9);
  });

  it('asks what arrived when answers were lost', async () => {
    const store = new Store();
    const going = upload(store);
    store.losesAnswer = (part) => part === 2;
    await expect(going.run(never, () => undefined)).rejects.toBeInstanceOf(Unreachable);
    store.losesAnswer = () => false;
    const again = store.puts;
    const sent: number[] = [];
    await going.run(never, (bytes) => sent.push(bytes));
    expect(store.whole()).toEqual(object);
    expect(store.puts - again).toBeLessThan(9);
    expect(sent.at(-1)).toBe(object.length);
  });

  it('sends nothing twice when another page goes on with it', async () => {
    const store = new Store();
    const notes = new Notes();
    store.fails = (part) => part > 5;
    await expect(upload(store, undefined, { notes }).run(never, () => undefined)).rejects.toThrow();
    const before = [...store.parts.keys()];
    const puts = store.puts;
    store.fails = () => false;
    const sent: number[] = [];
    await upload(store, undefined, { notes }).run(never, (bytes) => sent.push(bytes));
    expect(before.length).toBeGreaterThan(0);
    expect(store.puts - puts).toBe(9 - before.length);
    expect(store.whole()).toEqual(object);
    expect(sent.at(-1)).toBe(object.length);
  });

  it('never sends other bytes under a number that was sealed before', async () => {
    const store = new Store();
    const notes = new Notes();
    store.fails = (part) => part > 5;
    await expect(upload(store, undefined, { notes }).run(never, () => undefined)).rejects.toThrow();
    notes.hashes.set(6, new Uint8Array(32));
    store.fails = () => false;
    const going = upload(store, undefined, { notes });
    await expect(going.run(never, () => undefined)).rejects.toMatchObject({ code: 'stale' });
    await expect(going.run(never, () => undefined)).rejects.toMatchObject({ code: 'stale' });
    expect(store.parts.has(7)).toBe(false);
  });

  it('waits for a server that is away, and says so', async () => {
    const store = new Store();
    let away = 3;
    store.fails = (part) => part === 4 && away > 0;
    const waits: number[] = [];
    const said: boolean[] = [];
    const patience: Patience = {
      wait: (milliseconds) => {
        away -= 1;
        waits.push(milliseconds);
        return Promise.resolve();
      },
      waiting: (now) => said.push(now),
    };
    await upload(store, undefined, { patience }).run(never, () => undefined);
    expect(store.whole()).toEqual(object);
    expect(waits).toEqual([1000, 2000, 4000]);
    expect(said).toEqual([true, true, true, false]);
  });

  it('goes straight to the store where that is offered', async () => {
    const store = new Store();
    store.direct = true;
    await upload(store).run(never, () => undefined);
    expect(store.whole()).toEqual(object);
    expect([store.straight, store.puts]).toEqual([9, 0]);
  });

  it('asks for another URL when one was refused', async () => {
    const store = new Store();
    store.direct = true;
    let refusals = 2;
    store.refusesUrl = (part) => part === 3 && refusals-- > 0;
    await upload(store).run(never, () => undefined);
    expect(store.whole()).toEqual(object);
    expect(store.puts).toBe(0);
    expect([store.urls, store.straight]).toEqual([11, 11]);
  });

  it('goes through the server when the store cannot be reached from here', async () => {
    const store = new Store();
    store.direct = true;
    store.refusesUrl = () => true;
    await upload(store).run(never, () => undefined);
    expect(store.whole()).toEqual(object);
    expect(store.puts).toBe(9);
    // Those that were on their way tried; the others did not.
    expect(store.straight).toBeLessThanOrEqual(12);
  });

  it('stops when it is cancelled', async () => {
    const store = new Store();
    const stop = new AbortController();
    const running = upload(store).run(stop.signal, () => stop.abort());
    await expect(running).rejects.toMatchObject({ name: 'Cancelled' });
    expect(store.parts.size).toBeLessThan(9);
  });
});
