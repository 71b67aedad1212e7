/** A queue as a whole: how much of it arrived, how fast it goes, and how long it will take. Pure; knows no clock. */
import type { UploadState, UploadView } from './models';

/** Left out: what was given up, and what waits for its file. */
const LEFT_OUT: readonly UploadState[] = ['cancelled', 'interrupted'];
const MOVING: readonly UploadState[] = ['waiting', 'sealing', 'sending', 'confirming'];

export interface UploadTotals {
  readonly count: number;
  readonly done: number;
  readonly failed: number;
  /** Bytes. */
  readonly sent: number;
  readonly size: number;
  /** `offline`: nothing moves, and something waits for the network. `still`: paused, failed. */
  readonly state: 'moving' | 'offline' | 'still' | 'over';
}

export function totalsOf(uploads: readonly UploadView[]): UploadTotals {
  const all = uploads.filter(({ state }) => !LEFT_OUT.includes(state));
  const number = (state: UploadState) => all.filter((one) => one.state === state).length;
  const done = number('done');
  const moving = all.some(
    ({ state }) => MOVING.includes(state) && (state !== 'waiting' || number('offline') === 0),
  );
  return {
    count: all.length,
    done,
    failed: number('failed'),
    sent: all.reduce((sum, one) => sum + one.sent, 0),
    size: all.reduce((sum, one) => sum + one.size, 0),
    state: moving ? 'moving' : number('offline') > 0 ? 'offline' : done === all.length ? 'over' : 'still',
  };
}

/** Bytes that had arrived at a time (milliseconds), and the speed so far (bytes a second) once it is known. */
export interface Pace {
  readonly at: number;
  readonly sent: number;
  readonly speed?: number | undefined;
}

/** Milliseconds: looks closer together than this say little; after a longer one (sleep, no network) the old speed is forgotten. */
const LOOK = 500;
const GAP = 20_000;
/** Seconds over which the speed is smoothed. */
const SMOOTH = 6;

/** The pace after another look; the same object when nothing can be said anew. */
export function paced(before: Pace | undefined, at: number, sent: number): Pace {
  if (before === undefined || sent < before.sent || at - before.at > GAP) return { at, sent };
  if (at - before.at < LOOK) return before;
  const seconds = (at - before.at) / 1000;
  const now = (sent - before.sent) / seconds;
  const weight = 1 - Math.exp(-seconds / SMOOTH);
  const speed = before.speed === undefined ? now : before.speed + weight * (now - before.speed);
  return { at, sent, speed };
}

/** Seconds that the rest will take, rounded as a person would say it; undefined while nobody knows. */
export function leftOf({ size, sent }: UploadTotals, speed: number | undefined): number | undefined {
  if (speed === undefined || speed < 1) return undefined;
  const seconds = (size - sent) / speed;
  if (seconds > 86_400) return undefined;
  const unit = seconds > 60 ? 60 : 10;
  return Math.max(unit, Math.ceil(seconds / unit) * unit);
}
