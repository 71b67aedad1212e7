/** Sending an object in parts: how many travel, what is sent again, and how it goes on after a failure. */
import { describe, expect, it } from 'vitest';
import { Api, type Fetch } from '../../src/api/client.ts';
import { Unreachable } from '../../src/api/errors.ts';
import { b64u, type VaultId } from '../../src/crypto/encoding.ts';
import { sha256Large } from '../../src/crypto/primitives.ts';
import { partsOf, Upload, type PartSource } from '../../src/vault/uploads.ts';

const ORIGIN = 'https://coffre.example';
const VAULT = 'a'.repeat(32) as VaultId;
const UPLOAD = 'b'.repeat(32);
const SIZE = 8;

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

  readonly fetch: Fetch = async (url, init) => {
    const path = url.slice(`${ORIGIN}/api/v1/vaults/${VAULT}/uploads`.length);
    if (init.method === 'POST') return Response.json({ upload: UPLOAD, part_size: SIZE, parts: 9 });
    const part = Number(/parts\/(\d+)$/.exec(path)?.[1] ?? 0);
    if (part === 0)
      return Response.json({ upload: UPLOAD, length: 1, part_size: SIZE, parts: this.arrived() });
    return this.receive(part, init);
  };

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
    const data = new Uint8Array(await (init.body as Blob).arrayBuffer());
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
    async *parts() {
      for await (const part of source.parts()) {
        sealed.count += 1;
        yield part;
      }
    },
  };
}

function upload(store: Store, sealed = { count: 0 }): Upload {
  const api = new Api(ORIGIN, store.fetch, () => Promise.resolve());
  return new Upload(api, VAULT, counting(partsOf(object, SIZE, sha256Large), sealed));
}

const never = new AbortController().signal;

describe('an upload', () => {
  it('sends every part once, three at a time', async () => {
    const store = new Store();
    store.together = 3;
    const sent: number[] = [];
    expect(await upload(store).run(never, (bytes) => sent.push(bytes))).toBe(UPLOAD);
    expect(store.whole()).toEqual(object);
    expect(store.puts).toBe(9);
    expect(store.most).toBe(3);
    expect(sent.at(-1)).toBe(object.length);
  });

  it('holds at most three parts, however slow the server is', async () => {
    const store = new Store();
    const sealed = { count: 0 };
    store.fails = () => {
      expect(sealed.count - store.parts.size).toBeLessThanOrEqual(3);
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

  it('stops when it is cancelled', async () => {
    const store = new Store();
    const stop = new AbortController();
    const running = upload(store).run(stop.signal, () => stop.abort());
    await expect(running).rejects.toMatchObject({ name: 'Cancelled' });
    expect(store.parts.size).toBeLessThan(9);
  });
});
