/** The queue as a whole: what arrived, how fast, how long. */
import { describe, expect, it } from 'vitest';
import { formatAbout } from '../../src/i18n/format';
import type { UploadState, UploadView } from '../../src/ui/models';
import { leftOf, paced, totalsOf, type Pace } from '../../src/ui/uploadTotals';

let number = 0;
const one = (state: UploadState, sent = 0, size = 100): UploadView => {
  number += 1;
  return { id: `u${number}`, title: 'x', size, sent, state };
};

describe('totals', () => {
  it('count what is to arrive, and not what was given up or waits for its file', () => {
    const uploads = [
      one('done', 100),
      one('sending', 40),
      one('failed', 10),
      one('cancelled'),
      one('interrupted'),
    ];
    expect(totalsOf(uploads)).toEqual({
      count: 3,
      done: 1,
      failed: 1,
      sent: 150,
      size: 300,
      state: 'moving',
    });
  });

  it.each<[string, readonly UploadState[]]>([
    ['moving', ['waiting']],
    ['moving', ['offline', 'sending']],
    ['offline', ['offline', 'waiting', 'done']],
    ['still', ['paused', 'done']],
    ['still', ['failed', 'done']],
    ['over', ['done', 'done', 'cancelled']],
  ])('are %s for %j', (state, states) => {
    expect(totalsOf(states.map((each) => one(each))).state).toBe(state);
  });
});

describe('pace', () => {
  const run = (looks: readonly (readonly [seconds: number, sent: number])[]) =>
    looks.reduce<Pace | undefined>((pace, [seconds, sent]) => paced(pace, seconds * 1000, sent), undefined);

  it('is the speed of what arrives, and one stall does not throw it', () => {
    const steady = [0, 1, 2, 3, 4].map((second) => [second, second * 1000] as const);
    expect(run(steady)?.speed).toBeCloseTo(1000);
    const speed = run([...steady, [5, 4000]])?.speed ?? 0;
    expect(speed).toBeGreaterThan(700);
    expect(speed).toBeLessThan(1000);
  });

  it('is not known at first, after sleep, and when the queue was cleared', () => {
    expect(run([[0, 0]])?.speed).toBeUndefined();
    expect(
      run([
        [0, 0],
        [1, 1000],
        [60, 2000],
      ])?.speed,
    ).toBeUndefined();
    expect(
      run([
        [0, 0],
        [1, 1000],
        [2, 10],
      ])?.speed,
    ).toBeUndefined();
  });

  it('gives the time left in steps that people say', () => {
    const totals = totalsOf([one('sending', 0, 100_000)]);
    expect([undefined, 0, 0.5].map((speed) => leftOf(totals, speed))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([50_000, 3000, 1000, 10].map((speed) => leftOf(totals, speed))).toEqual([10, 40, 120, 10_020]);
    expect([40, 120, 10_020].map((seconds) => formatAbout(seconds, 'en'))).toEqual([
      '40 secs',
      '2 mins',
      '3 hrs',
    ]);
  });
});
