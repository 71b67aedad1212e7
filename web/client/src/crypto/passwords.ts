/**
 * Passwords: their form, their strength, and the keys derived from them (chapter 2, "Password").
 *
 * Owns normalisation, the policy, the Argon2id parameters and their limits. Knows no keyring and no server.
 *
 *     await checkPolicy('orage-tulipe-91-canapé');
 *     const keys = deriveKeys('orage-tulipe-91-canapé', { address, salt, parameters: DEFAULT_PARAMETERS });
 */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { b64u, canonical, equalBytes, normaliseAddress, randomBytes, utf8, type Random } from './encoding.ts';
import { check, CoffreError, limitExceeded, malformed } from './errors.ts';
import * as labels from './labels.ts';
import { argon2id, derive } from './primitives.ts';
import { Secret } from './records.ts';
import { labelledHash, SigningKey } from './signing.ts';

export const SALT_LENGTH = 16;
export const MIN_CHARACTERS = 15;
export const MAX_CHARACTERS = 1024;
export const MIN_SCORE = 3;

const MIN_MEMORY = 65_536;
const MAX_MEMORY = 1_048_576;
const MIN_PASSES = 3;
const MAX_PASSES = 16;
// zxcvbn's time grows with the square of the length; what follows can only make a password stronger.
const SCORED_CHARACTERS = 72;

/** Cost of Argon2id: `m` KiB of memory, `t` passes, `p` lanes. */
export interface Argon2Parameters {
  readonly m: number;
  readonly t: number;
  readonly p: number;
}
export const DEFAULT_PARAMETERS: Argon2Parameters = { m: MIN_MEMORY, t: MIN_PASSES, p: 1 };

/** What a password gives, with the salt and cost that it was derived with. */
export interface PasswordKeys {
  readonly salt: Uint8Array;
  readonly parameters: Argon2Parameters;
  readonly unlock: Secret;
  readonly login: SigningKey;
}

export type WeakPasswordReason = 'too_short' | 'too_long' | 'guessable';

/** The password breaks the policy. */
export class WeakPassword extends CoffreError {
  readonly reason: WeakPasswordReason;

  constructor(reason: WeakPasswordReason) {
    super('weak_password', reason);
    this.reason = reason;
  }
}

export function newSalt(random: Random = randomBytes): Uint8Array {
  return random(SALT_LENGTH);
}

/** NFKC, then UTF-8. Raises malformed for lone surrogates. */
export function normalise(password: string): Uint8Array {
  return utf8(password.normalize('NFKC'));
}

/** Raises limit_exceeded outside floor and ceiling, before any work is done on a server's word. */
export function checkParameters({ m, t, p }: Argon2Parameters): void {
  const whole = Number.isSafeInteger(m) && Number.isSafeInteger(t);
  const within = m >= MIN_MEMORY && m <= MAX_MEMORY && t >= MIN_PASSES && t <= MAX_PASSES && p === 1;
  check(whole && within, () => limitExceeded('Argon2id parameters outside the limits'));
}

export function equalParameters(a: Argon2Parameters, b: Argon2Parameters): boolean {
  return a.m === b.m && a.t === b.t && a.p === b.p;
}

/**
 * Raises WeakPassword for a password that is too short, too long, or scored under 3.
 * `about`: what an attacker would try first, such as the account's name and address.
 */
export async function checkPolicy(password: string, about: readonly string[] = []): Promise<void> {
  const length = Array.from(password.normalize('NFKC')).length;
  if (length < MIN_CHARACTERS) throw new WeakPassword('too_short');
  if (length > MAX_CHARACTERS) throw new WeakPassword('too_long');
  if ((await score(password, about)) < MIN_SCORE) throw new WeakPassword('guessable');
}

/** zxcvbn's score of the first 72 characters, with English and French words. */
export async function score(password: string, about: readonly string[] = []): Promise<0 | 1 | 2 | 3 | 4> {
  const text = Array.from(password.normalize('NFKC')).slice(0, SCORED_CHARACTERS).join('');
  if (text === '') return 0;
  return (await loadScorer()).check(text, [...about]).score;
}

/**
 * The keys of a password for an account's address; blocks for 0.2 to 1 s with the default, so call it in a worker.
 * Raises limit_exceeded for parameters outside the limits or a password over 1024 characters, malformed for an address or salt
 * off the grammar; all before deriving.
 */
export function deriveKeys(
  password: string,
  account: {
    readonly address: string;
    readonly salt: Uint8Array;
    readonly parameters?: Argon2Parameters;
  },
): PasswordKeys {
  const { address, salt, parameters = DEFAULT_PARAMETERS } = account;
  checkParameters(parameters);
  const normalised = password.normalize('NFKC');
  check(Array.from(normalised).length <= MAX_CHARACTERS, () => limitExceeded('length of password'));
  check(salt.length === SALT_LENGTH, () => malformed('length of salt'));
  const context = canonical({ address: normaliseAddress(address), salt: b64u(salt) });
  const boundSalt = labelledHash(labels.PW_SALT, context).subarray(0, SALT_LENGTH);
  const root = argon2id(utf8(normalised), boundSalt, parameters.m, parameters.t);
  return {
    salt: Uint8Array.from(salt),
    parameters,
    unlock: new Secret(derive(root, labels.PW_UNLOCK)),
    login: SigningKey.fromSeed(derive(root, labels.PW_LOGIN)),
  };
}

/** Whether keys were derived with this salt and cost. */
export function derivedWith(keys: PasswordKeys, salt: Uint8Array, parameters: Argon2Parameters): boolean {
  return equalBytes(keys.salt, salt) && equalParameters(keys.parameters, parameters);
}

let scorer: Promise<ZxcvbnFactory> | undefined;

/** Loads zxcvbn and its word lists (about 1 MB) once, at the first password that is scored. */
function loadScorer(): Promise<ZxcvbnFactory> {
  scorer ??= (async () => {
    const [core, common, english, french] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
      import('@zxcvbn-ts/language-en'),
      import('@zxcvbn-ts/language-fr'),
    ]);
    return new core.ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...english.dictionary, ...french.dictionary },
      graphs: common.adjacencyGraphs,
    });
  })();
  return scorer;
}
