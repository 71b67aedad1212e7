/** The queue, with an engine that does as it is told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Uploads } from '../../src/app/uploads';
import { whenFree } from '../../src/app/whenFree';
import type { RemoteEngine } from '../../src/worker/connect';

interface Sending {
  readonly id: string;
  readonly end: (outcome: unknown) => void;
}

type Tell = (sent: number, total: number, doing: 'sending') => void;

const DONE = { ok: true, value: 'document' };
const FAILED = { ok: false, fault: { code: 'internal' } };
const GIVEN = { file: 'f', title: 'Scan', date: '2026-11-22', section: 's' };

let sending: Sending[];
let calls: string[];
let uploads: Uploads;
let progress: Tell;

function engine(): RemoteEngine {
  const send = (name: string, id: string) =>
    new Promise((end) => {
      calls.push(name);
      sending.push({ id, end });
    });
  const said = (name: string) => () => {
    calls.push(name);
    return Promise.resolve({ ok: true, value: undefined });
  };
  const calls_ = {
    add: (_vault: string, id: string, _file: File, _given: unknown, tell: Tell) => {
      progress = tell;
      return send('add', id);
    },
    retry: (id: string) => send('retry', id),
    resumeKept: (_: string, id: string) => send('resumeKept', id),
    keep: said('keep'),
    pause: said('pause'),
    cancel: said('cancel'),
  };
  return { uploads: calls_ } as unknown as RemoteEngine;
}

/** What is promised is done. */
const settle = () => new Promise((resolve) => setTimeout(resolve));
const states = () => uploads.all().map((job) => job.view.state);
const large = () => new File([new Uint8Array(2 << 20)], 'large.bin');

beforeEach(() => {
  sending = [];
  calls = [];
  uploads = new Uploads(engine, 0);
  uploads.begin('alice@example.org');
});

describe('all uploads of a vault', () => {
  it('pause without others taking their place, and go on', async () => {
    for (let count = 0; count < 4; count++) uploads.add('v', large(), GIVEN);
    await settle();
    expect(calls).toEqual(['add', 'add']);
    uploads.pauseAll('v');
    for (const { end } of sending.splice(0)) end({ ok: false, fault: { code: 'cancelled' } });
    await settle();
    expect(states()).toEqual(['paused', 'paused', 'paused', 'paused']);
    expect(calls).toEqual(['add', 'add', 'pause', 'pause']);
    uploads.goOnAll('v');
    await settle();
    expect(states()).toEqual(['sealing', 'sealing', 'waiting', 'waiting']);
    // What the engine knows goes on; what it does not is begun.
    expect(calls.slice(4)).toEqual(['retry', 'retry']);
  });

  it('are cancelled, but for what is stored; those of other vaults stay', async () => {
    uploads.add('v', large(), GIVEN);
    await settle();
    sending[0]?.end(DONE);
    await settle();
    for (const vault of ['v', 'v', 'w']) uploads.add(vault, large(), GIVEN);
    await settle();
    uploads.cancelAll('v');
    await settle();
    expect(states()).toEqual(['done', 'cancelled', 'cancelled', 'sealing']);
  });

  it('are tried again when they failed', async () => {
    uploads.add('v', large(), GIVEN);
    uploads.add('v', large(), GIVEN);
    await settle();
    for (const { end } of sending.splice(0)) end(FAILED);
    await settle();
    expect(states()).toEqual(['failed', 'failed']);
    uploads.retryAll('v');
    await settle();
    expect(states()).toEqual(['sealing', 'sealing']);
  });
});

describe('what is drawn of the queue', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes before the work on what was chosen; a scan, which is nowhere else, is kept at once', async () => {
    uploads = new Uploads(engine);
    uploads.begin('alice@example.org');
    let drawn: readonly string[] = [];
    uploads.subscribe(() => void (drawn = [...drawn, calls.join(' ')]));
    uploads.add('v', large(), GIVEN);
    uploads.add('v', large(), GIVEN);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(drawn[0]).toBe('');
    expect(calls).toEqual(['add', 'add']);
    uploads.add('v', large(), GIVEN, 'keep');
    for (const { end } of sending.splice(0)) end(DONE);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toEqual(['add', 'add', 'keep', 'add']);
  });

  it('changes twice a second with what was sent, and at once with what somebody does', async () => {
    uploads.add('v', large(), GIVEN);
    await vi.advanceTimersByTimeAsync(2_000);
    let drawn = 0;
    uploads.subscribe(() => void (drawn += 1));
    for (let part = 1; part <= 100; part++) {
      progress(part, 200, 'sending');
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(drawn).toBeGreaterThan(2);
    expect(drawn).toBeLessThan(5);
    progress(101, 200, 'sending');
    uploads.pauseAll('v');
    await vi.advanceTimersByTimeAsync(150);
    expect(uploads.drawn().map((job) => job.view.state)).toEqual(['paused']);
  });
});

describe('a scan', () => {
  it('is kept before it is sent, and goes on after a lock from what was kept', async () => {
    uploads.add('v', large(), GIVEN, 'keep');
    await settle();
    expect(calls).toEqual(['keep', 'add']);
    uploads.suspend();
    uploads.begin('alice@example.org');
    await settle();
    expect(calls).toEqual(['keep', 'add', 'resumeKept']);
  });

  it('that an earlier page left goes on by itself, once', async () => {
    const left = { id: 'u', title: 'Scan', fileName: 'scan.pdf', size: 9, kept: true };
    uploads.remember('v', [left]);
    uploads.remember('v', [left]);
    await settle();
    expect(calls).toEqual(['resumeKept']);
  });
});

describe('another version of the app', () => {
  const MINUTE = 60_000;
  let reloaded: number;
  let giveUp: () => void;

  beforeEach(async () => {
    uploads.add('v', large(), GIVEN);
    await settle();
    vi.useFakeTimers();
    reloaded = 0;
    giveUp = whenFree(uploads.isUnfinished, () => void (reloaded += 1));
  });
  afterEach(() => {
    giveUp();
    vi.useRealTimers();
  });

  it('waits until what is sent, paused or sent again is stored', async () => {
    const [id = ''] = uploads.all().map((job) => job.view.id);
    await vi.advanceTimersByTimeAsync(MINUTE);
    uploads.pause(id);
    sending.pop()?.end({ ok: false, fault: { code: 'cancelled' } });
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(states()).toEqual(['paused']);
    uploads.retry(id);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(reloaded).toBe(0);
    sending.pop()?.end(DONE);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(states()).toEqual(['done']);
    expect(reloaded).toBe(1);
  });

  it('does not come when it was put off, nor wait for a file that an earlier page had', async () => {
    giveUp();
    sending.pop()?.end(DONE);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(reloaded).toBe(0);
    uploads.remember('v', [{ id: 'u', title: 'Scan', fileName: 'scan.pdf', size: 9 }]);
    expect(uploads.isUnfinished()).toBe(false);
  });
});
