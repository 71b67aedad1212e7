/** The thread that verifies beside the engine's: what it says counts, and without it everything is verified all the same. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { concat, randomBytes, utf8 } from '../../src/crypto/encoding.ts';
import { ready } from '../../src/crypto/primitives.ts';
import { SigningKey } from '../../src/crypto/signing.ts';
import {
  SecondThread,
  unpacked,
  type VerifyAnswer,
  type VerifyRequest,
} from '../../src/vault/second_thread.ts';

beforeAll(ready);

/** As much of a worker as is used: answers when it is told to. */
class FakeThread {
  readonly asked: VerifyRequest[] = [];
  ended = false;
  onmessage: (event: { readonly data: VerifyAnswer }) => void = () => undefined;
  onerror: () => void = () => undefined;

  postMessage(request: VerifyRequest): void {
    this.asked.push(request);
  }

  terminate(): void {
    this.ended = true;
  }
}

function setUp() {
  const started: FakeThread[] = [];
  const thread = new SecondThread(() => {
    const made = new FakeThread();
    started.push(made);
    return made as unknown as Worker;
  });
  return { started, thread };
}

function signatures(count: number) {
  const key = SigningKey.generate();
  const signed = Array.from({ length: count }, (_, index) => {
    const text = randomBytes(20);
    const message = concat(utf8('label'), new Uint8Array(1), text);
    const good = index !== 1;
    return { message: good ? message : randomBytes(20), signature: key.sign('label', text) };
  });
  return { key: key.public, signed, good: signed.map((_, index) => index !== 1) };
}

describe('a second thread', () => {
  it('answers pages in whatever order, and is started once', async () => {
    const { started, thread } = setUp();
    const { key, signed } = signatures(100);
    const answers = [thread.verify(key, signed), thread.verify(key, signed.slice(0, 2))];
    const [worker] = started;
    expect(worker?.asked.map((one) => unpacked(one).length)).toEqual([100, 2]);
    worker?.onmessage({ data: { id: 1, good: [false, true] } });
    worker?.onmessage({ data: { id: 0, good: [true] } });
    expect(await Promise.all(answers)).toEqual([[true], [false, true]]);
    expect(started).toHaveLength(1);
    thread.close();
    expect(worker?.ended).toBe(true);
  });

  it('finds by itself what is good, of what it is sent', async () => {
    const { started, thread } = setUp();
    const { key, signed, good } = signatures(100);
    const answer = thread.verify(key, signed);
    // The script of the real thread, with its two ends at hand.
    const self: { onmessage?: (event: { readonly data: unknown }) => Promise<void>; postMessage?: unknown } =
      {};
    self.postMessage = (data: VerifyAnswer) => started[0]?.onmessage({ data });
    vi.stubGlobal('self', self);
    // It begins as it is loaded, which another file of this process may have done.
    vi.resetModules();
    await import('../../src/worker/verifying.ts');
    await self.onmessage?.({ data: structuredClone(started[0]?.asked[0]) });
    vi.unstubAllGlobals();
    expect(await answer).toEqual(good);
  });

  it('is not started for a few', async () => {
    const { started, thread } = setUp();
    const { key, signed, good } = signatures(5);
    expect(await thread.verify(key, signed)).toEqual(good);
    expect(started).toHaveLength(0);
  });

  it('that breaks down, or does not start, leaves its work to this one', async () => {
    const { started, thread } = setUp();
    const { key, signed, good } = signatures(100);
    const answer = thread.verify(key, signed);
    started[0]?.onerror();
    expect(await answer).toEqual(good);
    expect(await thread.verify(key, signed)).toEqual(good);
    expect(started).toHaveLength(1);
    const never = new SecondThread(() => {
      throw new TypeError('no workers here');
    });
    expect(await never.verify(key, signed)).toEqual(good);
    expect(await new SecondThread(undefined).verify(key, signed)).toEqual(good);
  });
});
