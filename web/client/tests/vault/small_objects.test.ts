/** Small objects that travel together: who with whom, and that each is answered for itself. */
import { describe, expect, it } from 'vitest';
import { Api } from '../../src/api/client.ts';
import { Cancelled } from '../../src/api/errors.ts';
import type { VaultId } from '../../src/crypto/encoding.ts';
import { unb64u } from '../../src/crypto/encoding.ts';
import { SmallObjects } from '../../src/vault/small_objects.ts';
import { codeOf } from '../crypto/vectors.ts';

const VAULT = 'a'.repeat(32) as VaultId;
const PART = 8 << 20;

interface Asked {
  readonly objects: readonly string[];
  readonly part_size: number;
}

/** A server that answers one request after the other, when it is told to; an upload's name counts the objects. */
function server(answer: (asked: Asked, names: readonly string[]) => Response = named) {
  const asked: Asked[] = [];
  const answers: (() => void)[] = [];
  let count = 0;
  const api = new Api('https://coffre.example', (_url, init) => {
    const body = JSON.parse(init.body as string) as Asked;
    asked.push(body);
    const names = body.objects.map(() => String(++count).padStart(32, '0'));
    return new Promise((resolve) => answers.push(() => resolve(answer(body, names))));
  });
  const next = async () => {
    while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    answers.shift()?.();
  };
  return { objects: new SmallObjects(api, VAULT), asked, next };
}

function named(_asked: Asked, uploads: readonly string[]): Response {
  return Response.json({ uploads });
}

const still = () => new AbortController().signal;
const small = (byte: number, length = 10) => {
  return { object: new Uint8Array(length).fill(byte), partSize: PART };
};
/** Somebody else who is being added meanwhile. */
const company = (objects: SmallObjects) => void objects.during(() => new Promise(() => undefined));

describe('small objects', () => {
  it('that are alone go with their own manifest', async () => {
    const { objects, asked } = server();
    expect(await objects.during(() => objects.send(small(1), still()))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('wait while a request travels, and then go together, each with its own upload', async () => {
    const { objects, asked, next } = server();
    company(objects);
    const all = Array.from({ length: 100 }, (_, index) =>
      objects.during(() => objects.send(small(index), still())),
    );
    for (let request = 0; request < 3; request++) await next();
    const uploads = await Promise.all(all);
    const sent = asked.flatMap((one) => one.objects.map((object) => unb64u(object)[0]));
    expect(asked.map((one) => one.objects.length)).toEqual([1, 64, 35]);
    expect(sent).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(uploads.map(Number)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('are no more in a request than it carries, and of one part size', async () => {
    const { objects, asked, next } = server();
    company(objects);
    const send = (length: number, partSize = PART) =>
      objects.during(() => objects.send({ object: new Uint8Array(length), partSize }, still()));
    const all = [send(1), ...Array.from({ length: 5 }, () => send(1 << 20)), send(1, PART / 2)];
    for (let request = 0; request < 4; request++) await next();
    await Promise.all(all);
    expect(asked.map((one) => [one.objects.length, one.part_size])).toEqual([
      [1, PART],
      [4, PART],
      [1, PART],
      [1, PART / 2],
    ]);
  });

  it('that are given up while they wait are not sent', async () => {
    const { objects, asked, next } = server();
    company(objects);
    const stop = new AbortController();
    const first = objects.during(() => objects.send(small(1), still()));
    const given = objects.during(() => objects.send(small(2), stop.signal));
    const last = objects.during(() => objects.send(small(3), still()));
    stop.abort();
    await next();
    await first;
    await expect(given).rejects.toThrow(Cancelled);
    await next();
    await last;
    expect(asked.map((one) => unb64u(one.objects[0] ?? '')[0])).toEqual([1, 3]);
  });

  it('fail for themselves: the next go on', async () => {
    let refused = 0;
    const { objects, next } = server((asked, names) => {
      if (refused++ > 0) return named(asked, names);
      return Response.json({ uploads: [...names, ...names] });
    });
    company(objects);
    const first = objects.during(() => objects.send(small(1), still()));
    const second = objects.during(() => objects.send(small(2), still()));
    await next();
    expect(await codeOf(() => first)).toBe('tampered');
    await next();
    expect(Number(await second)).toBe(2);
  });
});
