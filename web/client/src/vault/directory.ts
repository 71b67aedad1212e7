/**
 * Professionals as the directory shows them, and what of it counts (spec chapters 5 and 7).
 *
 *     const found = await lookUp(client, '10003456786');      // or a fingerprint, its words, a contact's link
 *     found.state                                              // 'verified': signed under the pinned directory key
 *
 * Owns the pin of the directory's key, the order of its entries, and whether a key is the one that was bound before. What
 * the server says without a signature counts for nothing here.
 */
import { ApiError } from '../api/errors.ts';
import { readDirectory, readServer, type DirectoryAnswer } from '../api/types.ts';
import { b64u, equalBytes } from '../crypto/encoding.ts';
import { check, CoffreError, tampered } from '../crypto/errors.ts';
import { directoryKeyId } from '../crypto/signing.ts';
import { verifyDirectoryEntry, verifyProfessionalCard } from '../crypto/statements.ts';
import { directoryKeys, directorySigner, publicsOf, startKeys, type Keys } from '../crypto/successions.ts';
import type { Client } from './client.ts';
import { fingerprintOf, namedIn } from './keyWords.ts';
import type { KnownCard, LedgerState } from './ledger_state.ts';
import type { PinStore } from './pins.ts';
import { publishedKeys } from './server_keys.ts';

export type DirectoryState = 'verified' | 'unverified' | 'refused';

/** A professional. `confirmed`: the key itself was asked for, as whoever met the professional can. */
export interface FoundProfessional {
  readonly known: KnownCard;
  readonly state: DirectoryState;
  readonly confirmed: boolean;
}

/** A professional, or the directory, has another key than the one that was pinned. */
export class KeyChanged extends Error {
  override readonly name = 'KeyChanged';
  readonly code = 'key_changed';

  constructor() {
    super('another key than the pinned one');
  }
}

/**
 * A professional by RPPS number, fingerprint, its words, or a contact's link. Raises not_found; tampered for a card or entry
 * that does not answer the question or does not hold; stale for an older entry than one already seen; KeyChanged when the
 * directory has another key; malformed (words, link).
 */
export async function lookUp(client: Client, wanted: string): Promise<FoundProfessional> {
  const named = await namedIn(wanted);
  const plain = wanted.replace(/\s+/g, '');
  if (named === undefined && !/^[0-9]{11}$/.test(plain)) throw new ApiError('not_found', 404);
  const query =
    named === undefined
      ? `rpps=${plain}`
      : named.key === undefined
        ? `fingerprint=${named.fingerprint}`
        : `key=${named.key}`;
  const directory = await checkedKeys(client);
  const { professionals } = await client.api.get(`/directory?${query}`, readDirectory);
  const [row, ...more] = professionals;
  if (row === undefined || more.length > 0) throw new ApiError('not_found', 404);
  const card = verifyProfessionalCard(row.card);
  const asked = named === undefined ? card.rpps === plain : fingerprintOf(card.author) === named.fingerprint;
  const whole = named?.key === undefined || named.key === card.author;
  check(asked && whole, () => tampered('the directory answered with another professional'));
  const known = { card, signed: row.card };
  return { known, state: await stateOf(client, directory, row, known), confirmed: named !== undefined };
}

/**
 * The directory's keys: the present one was pinned at the first contact, or follows from the one that was (spec chapter 14) and is
 * pinned now. Undefined while the host has none. Raises KeyChanged when it is another one than the pinned one, or gone.
 */
export async function checkedKeys(client: Client): Promise<Keys | undefined> {
  const { origin } = client.api;
  const { directory_key: shown } = await client.api.get('/server', readServer);
  const pin = await client.pins.directory(origin);
  const { key: pinned } = pin;
  const keys = shown === undefined ? undefined : await chainTo(client, shown);
  const follows = (key: Uint8Array) =>
    keys !== undefined && publicsOf(keys).some((one) => equalBytes(one, key));
  if (pinned !== undefined && !follows(pinned)) throw new KeyChanged();
  const moved = keys !== undefined && (pinned === undefined || !equalBytes(keys.present, pinned));
  if (moved) await client.pins.saveDirectory(origin, { ...pin, key: keys.present });
  return keys;
}

/** The key that is shown with those that it follows; alone, when they do not hold. */
async function chainTo(client: Client, shown: Uint8Array): Promise<Keys> {
  const { directory } = await publishedKeys(client.api);
  try {
    return directoryKeys(shown, directory);
  } catch (thrown) {
    if (thrown instanceof CoffreError) return startKeys(shown);
    throw thrown;
  }
}

/** Keeps a directory's key at the first contact. */
export async function pinDirectory(
  pins: PinStore,
  origin: string,
  shown: Uint8Array | undefined,
): Promise<void> {
  const { key } = await pins.directory(origin);
  if (key === undefined && shown !== undefined) await pins.saveDirectory(origin, { key: shown, seen: {} });
}

/**
 * Pins the directory's present key in place of another one. `identifier` is its key id, which the host publishes elsewhere.
 * Raises KeyChanged when the server shows another one.
 */
export async function acceptDirectoryKey(client: Client, identifier: string): Promise<void> {
  const { directory_key: shown } = await client.api.get('/server', readServer);
  if (shown === undefined || directoryKeyId(shown) !== identifier.trim()) throw new KeyChanged();
  // The new key counts its entries anew.
  await client.pins.saveDirectory(client.api.origin, { key: shown, seen: {} });
}

/**
 * Whether this very key was bound by a grant before, which is a pin that all the patient's devices share. Raises KeyChanged
 * when the same professional was bound under another key and nobody confirmed this one.
 */
export function isPinned(state: LedgerState, found: FoundProfessional): boolean {
  const terms = [...state.grants.values()].flatMap((grant) => grant.terms);
  const bound = terms.flatMap(({ professional }) => (professional === undefined ? [] : [professional]));
  const { author, rpps } = found.known.card;
  if (bound.includes(author)) return true;
  const other = bound.some((key) => state.cards.get(key)?.card.rpps === rpps);
  if (other && !found.confirmed) throw new KeyChanged();
  return false;
}

/** Raises unverified unless the directory vouches for the professional. */
export function requireVerified(found: FoundProfessional): void {
  if (found.state !== 'verified') throw new ApiError('unverified', 403);
}

async function stateOf(
  client: Client,
  directory: Keys | undefined,
  row: DirectoryAnswer,
  { card }: KnownCard,
): Promise<DirectoryState> {
  if (directory === undefined || row.entry === undefined) return 'unverified';
  const pin = await client.pins.directory(client.api.origin);
  const seen = pin.seen[card.author] ?? 0;
  const key = directorySigner(directory, row.entry, client.now());
  const entry = verifyDirectoryEntry(row.entry, key, card, seen);
  if (entry.sequence > seen) {
    const moved = { ...pin.seen, [card.author]: entry.sequence };
    await client.pins.saveDirectory(client.api.origin, { key: directory.present, seen: moved });
  }
  return entry.state === 'verified' ? 'verified' : 'refused';
}

/** What is shown of a directory's key. */
export function shownKey(key: Uint8Array): { readonly key: string; readonly id: string } {
  return { key: b64u(key), id: directoryKeyId(key) };
}
