/**
 * What a professional opened in a vault, as they signed it.
 *
 * Each statement is verified under the account's own key and held against its entry. The chain itself is the owner's to read, so
 * that a server can leave something out of this list and change nothing in it.
 */
import { answer, many, type Reader } from '../api/answers.ts';
import { check, malformed, tampered } from '../crypto/errors.ts';
import { entryFromWire, parseEntryHeader, readBody, type Entry } from '../crypto/journal.ts';
import { verify } from '../crypto/statements.ts';
import type { Event } from './ledger_chain.ts';
import type { OpenVault } from './vaults.ts';

const ROUNDS = 1000;
const readOwn = answer({ entries: many(entryFromWire as Reader<Entry>, 500) });

/** Newest first. Raises tampered, malformed. */
export async function readOwnAccesses(vault: OpenVault): Promise<readonly Event[]> {
  const found: Event[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const last = found.at(-1)?.header.seq;
    const query = last === undefined ? '' : `?before=${String(last)}`;
    const { entries } = await vault.client.api.get(`/vaults/${vault.id}/accesses/own${query}`, readOwn);
    if (entries.length === 0) return found;
    for (const entry of entries) {
      const event = verified(vault, entry);
      const before = found.at(-1);
      check(before === undefined || event.header.seq < before.header.seq, () =>
        tampered('own accesses out of order'),
      );
      found.push(event);
    }
  }
  throw malformed('accesses without an end');
}

function verified(vault: OpenVault, entry: Entry): Event {
  const { client } = vault;
  const header = parseEntryHeader(entry.header);
  const own = header.vault === vault.id && header.chain === 'accesses' && header.actor === client.me;
  check(own, () => tampered('an entry that is not the account\u2019s own'));
  const statement = readBody(entry, header);
  check(entry.body !== undefined, () => tampered('entry without its body'));
  verify(entry.body.signed, 'access', client.keyring.signing.public);
  return { header, statement };
}
