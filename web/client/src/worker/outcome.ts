/**
 * How errors cross from the worker to the pages: as plain codes, never as messages or stacks.
 *
 * Owns the one table from crypto, request and browser errors to the codes that pages can show.
 */
import * as Comlink from 'comlink';
import { ApiError, Cancelled, Unreachable } from '../api/errors.ts';
import type { ApiCode } from '../api/errors.ts';
import { CoffreError } from '../crypto/errors.ts';
import type { ErrorCode } from '../ui/models';
import { KeyChanged } from '../vault/directory.ts';
import { ProfileChanged } from '../vault/profiles.ts';

/** What a call of the engine answers on the wire. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** Why a call failed. */
export interface Fault {
  readonly code: ErrorCode;
  /** How often a share's passcode may still be tried. */
  readonly remainingAttempts?: number | undefined;
}

/** A fault that was found before anything was asked of the server. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
  }
}

const OF_API: Readonly<Partial<Record<ApiCode, ErrorCode>>> = {
  method_not_allowed: 'unexpected',
  range: 'malformed',
};

export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Refusal || thrown instanceof CoffreError || thrown instanceof KeyChanged)
    return { code: thrown.code };
  if (thrown instanceof ProfileChanged) return { code: thrown.code };
  if (thrown instanceof ApiError) {
    const code = OF_API[thrown.code] ?? (thrown.code as ErrorCode);
    return { code, remainingAttempts: thrown.remainingAttempts };
  }
  if (thrown instanceof Unreachable) return { code: 'offline' };
  if (thrown instanceof Cancelled) return { code: 'cancelled' };
  return { code: 'unexpected' };
}

/** The same functions, answering with outcomes. */
export type Guarded<F> = {
  readonly [K in keyof F]: F[K] extends (...given: infer A) => Promise<infer R>
    ? (...given: A) => Promise<Outcome<R>>
    : never;
};

export type Calls = Readonly<Record<string, (...given: never[]) => Promise<unknown>>>;

/** Wraps functions so that what they throw becomes a fault, which `onFault` is told first. Buffers of a value move to the page. */
export function guarded<F extends Calls>(functions: F, onFault?: (fault: Fault) => void): Guarded<F> {
  const wrapped = Object.entries(functions).map(([name, action]) => [
    name,
    async (...given: never[]): Promise<Outcome<unknown>> => {
      try {
        const value = await action(...given);
        const outcome = { ok: true, value } as const;
        const bytes = buffersOf(value);
        return bytes.length > 0 ? Comlink.transfer(outcome, bytes) : outcome;
      } catch (thrown) {
        const fault = faultOf(thrown);
        onFault?.(fault);
        return { ok: false, fault };
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Guarded<F>;
}

const MANY = 1000;

/** Buffers that a value holds under `bytes`, at the depths at which views have them. */
function buffersOf(value: unknown, depth = 0): ArrayBuffer[] {
  if (value instanceof ArrayBuffer) return [value];
  if (typeof value !== 'object' || value === null || depth > 4 || value instanceof Blob) return [];
  // So many are rows of a list, which hold none.
  if (Array.isArray(value) && value.length > MANY) return [];
  return Object.values(value).flatMap((member) => buffersOf(member, depth + 1));
}
