/**
 * Chains of keys: from the first key of a server or directory to the present one (chapter 14).
 *
 * Owns verifying a chain. Only servers and operators make successions; here `succeed` serves tests.
 *
 *     const keys = verifiedKeys('server_key', first, chain);
 *     keys.present                                   // the key of notes; `keyAt(keys, time)`: of an entry
 */
import { canonical, equalBytes, parseCanonical, type Json, type KeyId } from './encoding.ts';
import { check, limitExceeded, stale, tampered } from './errors.ts';
import * as labels from './labels.ts';
import { encodeAs, type Shape } from './shapes.ts';
import { directoryKeyId, serverKeyId, verify as verifySignature, type SigningKey } from './signing.ts';
import { MAX_STATEMENT, type Signed } from './statement_grammar.ts';
import { MAX_SUCCESSIONS, type Succession } from './statement_keys.ts';
import { SHAPES } from './statement_table.ts';
import { checkSignature, parse, sign, statementHash, verify } from './statements.ts';

export type SuccessionKind = Succession['kind'];

/** Seconds for which a succession is published at least before the new key signs entries. */
export const LEAD = 600;

/** How far somebody saw a chain: number of successions and the last one's statement hash. */
export interface SuccessionPin {
  readonly sequence: number;
  readonly head: Uint8Array;
}

/** The keys of a verified chain: the first one, and the successions in their order with their hashes. */
export interface Keys {
  readonly first: Uint8Array;
  readonly present: Uint8Array;
  readonly followed: readonly Succession[];
  readonly heads: readonly Uint8Array[];
}

const KEY_ID: Readonly<Record<SuccessionKind, (key: Uint8Array) => KeyId>> = {
  server_key: serverKeyId,
  directory_key: directoryKeyId,
};

/** The chain without a succession. */
export function startKeys(first: Uint8Array): Keys {
  return { first, present: first, followed: [], heads: [] };
}

/** All keys, oldest first. */
export function publicsOf({ first, followed }: Keys): readonly Uint8Array[] {
  return [first, ...followed.map(({ key }) => key)];
}

/** What to pin; undefined as long as the first key is the present one. */
export function pinOf({ heads }: Keys): SuccessionPin | undefined {
  const head = heads.at(-1);
  return head === undefined ? undefined : { sequence: heads.length, head };
}

/** The key that signs entries whose header has this time. */
export function keyAt({ first, followed }: Keys, time: number): Uint8Array {
  return followed.findLast(({ from }) => from <= time)?.key ?? first;
}

/** The keys whose signatures are taken where an overlap counts: the present one, then earlier ones. */
export function acceptedKeys({ present, followed }: Keys, now: number): readonly Uint8Array[] {
  const earlier = followed.filter(({ until }) => now < until).map(({ before }) => before);
  return [present, ...earlier.reverse()];
}

/** Raises stale unless the chain is as long as what was seen, and goes through it. */
export function checkSuccessionPin(keys: Keys, pin: SuccessionPin | undefined): void {
  if (pin === undefined || pin.sequence === 0) return;
  check(keys.heads.length >= pin.sequence, () => stale('fewer successions of keys than were seen'));
  const there = keys.heads[pin.sequence - 1];
  const same = there !== undefined && equalBytes(there, pin.head);
  check(same, () => stale('another succession of keys than the one seen'));
}

/** The next succession of a chain, signed by both keys. Raises as `verifiedKeys`. */
export function succeed(
  kind: SuccessionKind,
  keys: Keys,
  [before, after]: readonly [SigningKey, SigningKey],
  dates: { readonly time: number; readonly from: number; readonly until: number },
): Signed {
  const value = {
    ...dates,
    kind,
    author: KEY_ID[kind](before.public),
    before: before.public,
    key: after.public,
    prev: keys.heads.at(-1),
    proof: new Uint8Array(64),
    sequence: keys.followed.length + 1,
  } as Succession;
  const proof = after.sign(proofLabel, proven(encodeAs(shapeOf(kind), value, MAX_STATEMENT)));
  const signed = sign({ ...value, proof }, before);
  follow(kind, keys, signed);
  return signed;
}

/**
 * The keys of a chain that begins at `first`, each succession verified, held against a pin. Raises tampered for a signature, proof,
 * place or time that does not hold; malformed, limit_exceeded off the grammar; stale for a chain that is shorter than the pin, or
 * another one.
 */
export function verifiedKeys(
  kind: SuccessionKind,
  first: Uint8Array,
  chain: readonly Signed[],
  pin?: SuccessionPin,
): Keys {
  check(chain.length <= MAX_SUCCESSIONS, () => limitExceeded('too many successions'));
  const keys = chain.reduce((before, signed) => follow(kind, before, signed), startKeys(first));
  checkSuccessionPin(keys, pin);
  return keys;
}

/**
 * A directory's keys from the one that a server shows and the chain that should lead to it. Raises as `verifiedKeys`, and tampered for
 * a chain that ends at another key.
 */
export function directoryKeys(present: Uint8Array, chain: readonly Signed[]): Keys {
  const [earliest] = chain;
  if (earliest === undefined) return startKeys(present);
  const { before } = parse('directory_key', earliest.statement);
  const keys = verifiedKeys('directory_key', before, chain);
  check(equalBytes(keys.present, present), () => tampered('a chain that leads to another key'));
  return keys;
}

/** The key under which a directory's entry is to be verified: an earlier one whose overlap is not over if it signed it, else the present one. */
export function directorySigner(keys: Keys, entry: Signed, now: number): Uint8Array {
  const signed = (key: Uint8Array): boolean => {
    try {
      checkSignature(entry, 'directory_entry', key);
      return true;
    } catch {
      return false;
    }
  };
  return acceptedKeys(keys, now).find(signed) ?? keys.present;
}

function follow(kind: SuccessionKind, keys: Keys, signed: Signed): Keys {
  const found: Succession = verify(signed, kind, keys.present);
  const last = keys.followed.at(-1);
  const head = keys.heads.at(-1);
  const placed =
    found.sequence === keys.heads.length + 1 &&
    sameBytes(found.prev, head) &&
    equalBytes(found.before, keys.present);
  check(placed, () => tampered('succession at another place'));
  check(found.author === KEY_ID[kind](found.before), () => tampered('succession by another author'));
  const known = publicsOf(keys).some((key) => equalBytes(key, found.key));
  check(!known, () => tampered('succession to a key from before'));
  const later = last === undefined || (found.time >= last.time && found.from > last.from);
  check(later, () => tampered('succession before the previous one'));
  verifySignature(found.key, proofLabel, proven(signed.statement), found.proof);
  return {
    first: keys.first,
    present: found.key,
    followed: [...keys.followed, found],
    heads: [...keys.heads, statementHash(signed.statement)],
  };
}

const proofLabel = labels.SUCCESSION;

/** What the new key signs: the statement without the proof. */
function proven(statement: Uint8Array): Uint8Array {
  const { proof: _, ...rest } = parseCanonical(statement, MAX_STATEMENT) as Readonly<Record<string, Json>>;
  return canonical(rest, MAX_STATEMENT);
}

function shapeOf(kind: SuccessionKind): Shape<Succession> {
  return SHAPES[kind];
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : equalBytes(one, other);
}
