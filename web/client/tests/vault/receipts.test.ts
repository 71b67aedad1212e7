/** Receipts of erased accounts: by which keys they are taken, and what of a server is believed. */
import { beforeAll, expect, test } from 'vitest';
import { Api } from '../../src/api/client.ts';
import { fromUtf8, randomBytes } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { writeReceipt, type Receipt } from '../../src/crypto/receipts.ts';
import { SigningKey } from '../../src/crypto/signing.ts';
import { signedToWire } from '../../src/crypto/statements.ts';
import { startKeys, succeed } from '../../src/crypto/successions.ts';
import { fetchReceipt, readReceiptLink, receiptLink } from '../../src/vault/receipts.ts';
import type { Workplace } from '../../src/worker/workplace.ts';
import { leavingCalls } from '../../src/worker/leaving.ts';

const ORIGIN = 'https://coffre.test';
const request = new Uint8Array(32).fill(7);
const RECEIPT: Receipt = { requested: 1, erased: 604_801, role: 'patient', rows: 40, objects: 3 };

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  await ready();
  first = SigningKey.generate();
  second = SigningKey.generate();
});

/** A server that gives this receipt, and the succession from the first key to the second if it says so. */
function serverOf(text: Uint8Array | undefined, successions: 'published' | 'none' | 'unknown') {
  const dates = { time: 1_800_000_000, from: 1_800_000_600, until: 1_800_000_600 };
  const chain = succeed('server_key', startKeys(first.public), [first, second], dates);
  const missing = () => Response.json({ error: { code: 'not_found' } }, { status: 404 });
  return new Api(ORIGIN, (url) => {
    const { pathname } = new URL(url);
    if (pathname === '/api/v1/server/keys') {
      const server = successions === 'published' ? [signedToWire(chain)] : [];
      return Promise.resolve(
        successions === 'unknown' ? missing() : Response.json({ directory: [], server }),
      );
    }
    expect(pathname).toBe('/api/v1/erasures/BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc');
    return Promise.resolve(text === undefined ? missing() : new Response(fromUtf8(text)));
  });
}

test('a receipt is taken by the pinned key, and by one that followed it only if the chain says so', async () => {
  const wanted = { request, key: first.public };
  const byFirst = writeReceipt(RECEIPT, request, first);
  const bySecond = writeReceipt(RECEIPT, request, second);
  const taken = { receipt: RECEIPT, text: fromUtf8(byFirst) };
  expect(await fetchReceipt(serverOf(byFirst, 'none'), wanted)).toEqual(taken);
  expect(await fetchReceipt(serverOf(byFirst, 'unknown'), wanted)).toEqual(taken);
  expect(await fetchReceipt(serverOf(byFirst, 'published'), wanted)).toEqual(taken);
  expect(await fetchReceipt(serverOf(bySecond, 'published'), wanted)).toMatchObject({ receipt: RECEIPT });
  expect(await fetchReceipt(serverOf(undefined, 'none'), wanted)).toBeUndefined();

  const tampered = { code: 'tampered' };
  await expect(fetchReceipt(serverOf(bySecond, 'none'), wanted)).rejects.toMatchObject(tampered);
  const elsewhere = writeReceipt(RECEIPT, new Uint8Array(32), first);
  await expect(fetchReceipt(serverOf(elsewhere, 'none'), wanted)).rejects.toMatchObject(tampered);
  const stranger = { request, key: SigningKey.generate().public };
  await expect(fetchReceipt(serverOf(byFirst, 'published'), stranger)).rejects.toMatchObject(tampered);
});

test('the page says what holds, what is lacking and what is refused, and whether its link is complete', async () => {
  const link = receiptLink(ORIGIN, { request, key: first.public });
  expect(readReceiptLink(link)).toEqual({ request, key: first.public });
  const calls = (api: Api) => leavingCalls({ parts: { api } } as unknown as Workplace);
  const { hash } = new URL(link);
  const byFirst = writeReceipt(RECEIPT, request, first);
  expect(await calls(serverOf(byFirst, 'none')).receipt(hash)).toEqual({
    ...RECEIPT,
    stage: 'holds',
    requested: new Date(1000),
    erased: new Date(604_801_000),
    text: fromUtf8(byFirst),
  });
  expect(await calls(serverOf(undefined, 'none')).receipt(hash)).toEqual({ stage: 'none' });
  for (const text of [writeReceipt(RECEIPT, request, second), randomBytes(8).fill(65), byFirst.slice(1)])
    expect(await calls(serverOf(text, 'none')).receipt(hash)).toEqual({ stage: 'refused' });
  for (const broken of ['', '#', hash.slice(0, -1), `${hash}.AA`, hash.replace('.', '')])
    expect(await calls(serverOf(byFirst, 'none')).receipt(broken)).toEqual({ stage: 'incomplete' });
});
