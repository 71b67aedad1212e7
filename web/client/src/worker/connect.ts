/**
 * The pages' side of the engine: starts the worker under Trusted Types, and turns its outcomes into values or faults.
 *
 * Knows no key. `close` ends the worker, and every key with it.
 */
import * as Comlink from 'comlink';
import type { ErrorCode } from '../ui/models';
import type { Engine } from './engine.ts';
import engineUrl from './engine.ts?worker&url';
import type { Outcome } from './outcome.ts';
import { scriptUrl } from './script_url.ts';
import { SESSION_ENDED } from './session_ended.ts';

/** A call of the engine failed; `code` is what a page says. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
  readonly code: ErrorCode;
  readonly remainingAttempts: number | undefined;

  constructor(code: ErrorCode, remainingAttempts?: number) {
    super(code);
    this.code = code;
    this.remainingAttempts = remainingAttempts;
  }
}

/** Every function of the engine is asynchronous and takes plain values, so that its type is the same on both sides. */
export type RemoteEngine = Engine;

/** A running engine. */
export interface Connection {
  readonly engine: RemoteEngine;
  readonly close: () => void;
}

/** Starts an engine. `onSessionEnded`: the server knows the session no more. */
export function connect(onSessionEnded: () => void): Connection {
  const worker = new Worker(scriptUrl(engineUrl), { type: 'module', name: 'coffre-engine' });
  worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data === SESSION_ENDED) onSessionEnded();
  });
  return { engine: Comlink.wrap<Engine>(worker) as unknown as RemoteEngine, close: () => worker.terminate() };
}

/** The value of an outcome. Raises EngineFault. */
export async function valueOf<T>(answer: Promise<Outcome<T>>): Promise<T> {
  const outcome = await answer;
  if (!outcome.ok) throw new EngineFault(outcome.fault.code, outcome.fault.remainingAttempts);
  return outcome.value;
}

export function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof EngineFault ? thrown.code : 'unexpected';
}
