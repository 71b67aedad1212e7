/** How requests end: answers, refusals, lost connections, cancellation. */
import { describe, expect, it, vi } from 'vitest';
import { answer, string } from '../../src/api/answers.ts';
import { Api, type Fetch } from '../../src/api/client.ts';
import { ApiError, Cancelled, Unreachable } from '../../src/api/errors.ts';
import type { AccountId } from '../../src/crypto/encoding.ts';
import { integer } from '../../src/crypto/shapes.ts';
import { codeOf } from '../crypto/vectors.ts';

const ORIGIN = 'https://coffre.example';
const reader = answer({ name: string(), count: integer() });
const good = () => Response.json({ name: 'x', count: 1 });
const refuse = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ error: { code, message: 'no' } }, { status, headers });

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** A server that gives these answers in turn; an error is a lost connection. */
function served(...answers: readonly (() => Response)[]): { api: Api; sent: Sent[]; pauses: number[] } {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  const left = [...answers];
  const fetching: Fetch = (url, init) => {
    sent.push({ url, init });
    const next = left.shift();
    if (next === undefined) return Promise.reject(new TypeError('lost'));
    return Promise.resolve().then(next);
  };
  const pause = (milliseconds: number) => {
    pauses.push(milliseconds);
    return Promise.resolve();
  };
  return { api: new Api(ORIGIN, fetching, pause), sent, pauses };
}

const lost = (): Response => {
  throw new TypeError('lost');
};

describe('a request', () => {
  it('goes to this origin with the CSRF value where it changes something', async () => {
    const { api, sent } = served(good, good);
    api.csrf = 'proof';
    await api.post('/things', { a: 1 }, reader);
    await api.get('/things', reader);
    const [post, get] = sent;
    expect(post?.url).toBe(`${ORIGIN}/api/v1/things`);
    expect(post?.init).toMatchObject({ credentials: 'same-origin', redirect: 'error', body: '{"a":1}' });
    expect(post?.init.headers).toMatchObject({ 'X-Coffre-CSRF': 'proof' });
    expect(get?.init.headers).not.toHaveProperty('X-Coffre-CSRF');
  });

  describe('after another tab has signed in', () => {
    const account = '1'.repeat(32) as AccountId;
    const session = (whose: string, csrf: string) => () =>
      Response.json({ account: whose, role: 'patient', address: 'a@example.org', csrf });
    const forbidden = () => refuse(403, 'forbidden');

    async function asks(...answers: readonly (() => Response)[]) {
      const { api, sent } = served(...answers);
      [api.csrf, api.account] = ['old', account];
      const code = await api.post('/things', {}, reader).then(
        () => 'ok',
        (thrown: unknown) => (thrown instanceof ApiError ? thrown.code : 'another error'),
      );
      return { code, sent: sent.map(({ init }) => new Headers(init.headers).get('X-Coffre-CSRF')) };
    }

    it('goes on with the new session of the same account', async () => {
      const { code, sent } = await asks(forbidden, session(account, 'new'), good);
      expect(code).toBe('ok');
      expect(sent).toEqual(['old', null, 'new']);
    });

    it.each([
      ["another account's session", [session('2'.repeat(32), 'new')]],
      ['the same session', [session(account, 'old')]],
      ['no session', [() => refuse(401, 'unauthenticated')]],
      ['what is forbidden all the same', [session(account, 'new'), forbidden]],
    ])('is refused with %s', async (_, answers) => {
      const { code, sent } = await asks(forbidden, ...answers);
      expect(code).toBe('forbidden');
      expect(sent).toHaveLength(answers.length + 1);
    });
  });

  it.each([
    ['{"name":"x","count":1,"count":1}', 'malformed'],
    ['{"name":"x","count":1,"more":[{"a":"\\\\","a":2}]}', 'malformed'],
    ['{"name":"x","count":1,"more":{"a":":","b":"\\":\\\\","c":[":\\\\\\""]}}', 'ok'],
  ])('is answered without a name twice: %s', async (text, expected) => {
    const { api } = served(() => new Response(text));
    expect(await codeOf(() => api.get('/things', reader))).toBe(expected);
  });

  it('is sent again when the connection breaks, with longer and longer pauses', async () => {
    const { api, sent, pauses } = served(lost, lost, good);
    expect(await api.get('/things', reader)).toEqual({ name: 'x', count: 1 });
    expect(sent).toHaveLength(3);
    expect(pauses).toEqual([300, 600]);
  });

  it('that changes something is not sent twice unless that does no harm', async () => {
    const once = served(lost, good);
    await expect(once.api.post('/things', {}, reader)).rejects.toBeInstanceOf(Unreachable);
    expect(once.sent).toHaveLength(1);
    const twice = served(lost, good);
    expect(await twice.api.post('/things', {}, reader, { again: true })).toEqual({ name: 'x', count: 1 });
  });

  it('ends as unreachable after five attempts', async () => {
    const { api, sent } = served();
    await expect(api.get('/things', reader)).rejects.toBeInstanceOf(Unreachable);
    expect(sent).toHaveLength(5);
  });

  it('waits as long as the server asks, and gives up when that is long', async () => {
    const soon = served(() => refuse(503, 'store_unavailable', { 'Retry-After': '2' }), good);
    await soon.api.get('/things', reader);
    expect(soon.pauses).toEqual([2000]);
    const late = served(() => refuse(503, 'store_unavailable', { 'Retry-After': '3600' }), good);
    await expect(late.api.get('/things', reader)).rejects.toMatchObject({ retryAfter: 3600 });
  });

  it('that is cancelled says so', async () => {
    const { api } = served(good);
    const signal = AbortSignal.abort();
    await expect(api.get('/things', reader, { signal })).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('a refusal', () => {
  it.each([
    ['the code of the contract', refuse(409, 'stale'), 'stale', 409],
    ['what its status means', new Response('<html>', { status: 403 }), 'forbidden', 403],
    ['an unknown code', refuse(404, 'elsewhere'), 'not_found', 404],
    ['a broken gateway', new Response('', { status: 500 }), 'internal', 500],
  ])('is read from %s', async (_, response, code, status) => {
    const { api } = served(() => response);
    const failing = api.get('/things', reader);
    await expect(failing).rejects.toBeInstanceOf(ApiError);
    await expect(failing).rejects.toMatchObject({ code, status });
  });

  it('tells how many attempts are left', async () => {
    const body = { error: { code: 'credentials', message: 'no' }, remainingAttempts: 3 };
    const { api } = served(() => Response.json(body, { status: 401 }));
    await expect(api.get('/things', reader)).rejects.toMatchObject({ remainingAttempts: 3 });
  });
});

describe('an answer', () => {
  it('that is not JSON, or of another shape, is malformed', async () => {
    for (const body of ['<html>', '{}', '[1]', '{"name": 1, "count": 1}']) {
      const { api } = served(() => new Response(body));
      expect(await codeOf(() => api.get('/things', reader))).toBe('malformed');
    }
  });

  it('of bytes has the length that was asked for', async () => {
    const { api, sent } = served(
      () => new Response('abc'),
      () => new Response('abcd'),
    );
    expect(await api.bytes('/object', 8, 3)).toEqual(new TextEncoder().encode('abc'));
    expect(sent[0]?.init.headers).toMatchObject({ Range: 'bytes=8-10' });
    expect(await codeOf(() => api.bytes('/object', 8, 3))).toBe('malformed');
  });

  it('to a part names its digest as RFC 9530 writes it', async () => {
    const { api, sent } = served(() => Response.json({}));
    await api.putPart('/part', new Uint8Array(3), new Uint8Array(32), new AbortController().signal);
    expect(sent[0]?.init.headers).toMatchObject({ 'Content-Digest': `sha-256=:${'A'.repeat(43)}=:` });
  });

  it('to a part or a URL makes the collector count its body, which it knows nothing of', async () => {
    const counted: number[] = [];
    class Counting extends ArrayBuffer {
      constructor(length: number) {
        super(length);
        counted.push(length);
      }
    }
    vi.stubGlobal('ArrayBuffer', Counting);
    try {
      const { api } = served(good, good);
      const { signal } = new AbortController();
      await api.putPart('/part', new Uint8Array(3), new Uint8Array(32), signal);
      await api.putUrl('https://store.test/part', new Uint8Array(5), signal);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(counted).toEqual(expect.arrayContaining([3, 5]));
  });
});
