/**
 * Openings of kept documents without the server, noted here and entered in the journal afterwards (spec chapter 11).
 *
 * Owns the notes and the order: an opening is noted before anything is shown, and forgotten once its access stands in the
 * chain. A note's nonce is the access's, so that what is sent twice counts once.
 */
import { ApiError } from '../api/errors.ts';
import { readOpened } from '../api/types.ts';
import { b64u, equalBytes, hex, MAX_BYTES, randomBytes, type DocumentId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { writeVersioned } from '../crypto/records.ts';
import { bytes, id, integer, record, type Of } from '../crypto/shapes.ts';
import { signedToWire, type Access } from '../crypto/statements.ts';
import { versionOf } from './ledger_state.ts';
import type { SealedRecords } from './records.ts';
import type { OpenVault } from './vaults.ts';

const PREFIX = 'kept/opened/';
/** So many accesses the server takes at a time. */
const AT_ONCE = 50;

const shape = record({
  document: id<DocumentId>(),
  nonce: bytes(16),
  number: integer(1),
  opened: integer(1),
});

/** One opening of the version `number`; `opened` in seconds, by this device's clock. */
export type OpeningNote = Of<typeof shape>;

/** The openings of one account in this browser that no journal has yet. */
export class KeptOpenings {
  private readonly records: SealedRecords;

  constructor(records: SealedRecords) {
    this.records = records;
  }

  /** Notes an opening. Raises DOMException when it cannot be kept: then nothing may be shown. */
  async note(opening: Omit<OpeningNote, 'nonce'>): Promise<void> {
    const nonce = randomBytes(16);
    await this.records.write(nameOf(nonce), writeVersioned(shape, { ...opening, nonce }, MAX_BYTES));
  }

  /** Oldest first. */
  async all(): Promise<readonly OpeningNote[]> {
    const names = await this.records.names(PREFIX);
    const found = await Promise.all(names.map((name) => this.records.readAs(shape, name, MAX_BYTES)));
    return found.flatMap((note) => note ?? []).sort((one, other) => one.opened - other.opened);
  }

  async forget(notes: readonly OpeningNote[]): Promise<void> {
    await this.records.forget(notes.map(({ nonce }) => nameOf(nonce)));
  }
}

/**
 * Enters in the journal what was opened without the server; how many that were. Those of documents that are not live wait.
 * Raises ApiError, Unreachable, tampered; what was entered before then is forgotten here.
 */
export async function enterOpenings(vault: OpenVault, openings: KeptOpenings): Promise<number> {
  let waiting = (await openings.all()).filter((note) => isLive(vault, note));
  let entered = 0;
  while (waiting.length > 0) {
    const some = waiting.slice(0, AT_ONCE);
    try {
      await enter(vault, some);
    } catch (thrown) {
      if (!(thrown instanceof ApiError && thrown.code === 'stale')) throw thrown;
      // Some may stand there already, where an answer was lost; if none does, the clock is off.
      const known = await noncesOf(vault);
      const done = some.filter(({ nonce }) => known.has(b64u(nonce)));
      if (done.length === 0) throw thrown;
      await openings.forget(done);
      waiting = waiting.filter((note) => !done.includes(note));
      continue;
    }
    await openings.forget(some);
    entered += some.length;
    waiting = waiting.slice(some.length);
  }
  return entered;
}

async function enter(vault: OpenVault, notes: readonly OpeningNote[]): Promise<void> {
  const { client } = vault;
  const time = client.now();
  const signed = notes.map(({ document, nonce, number, opened }) => {
    const access: Access = {
      kind: 'access',
      author: client.me,
      time,
      vault: vault.id,
      document,
      mode: 'own',
      nonce,
      opened: Math.min(opened, time),
      reason: 'own',
      version: number,
    };
    return client.sign(access);
  });
  const body = { accesses: signed.map(signedToWire) };
  const { opened } = await client.api.post(`/vaults/${vault.id}/accesses`, body, readOpened);
  const same =
    opened.length === signed.length &&
    opened.every(({ entry }, index) => {
      const [stands, sent] = [entry.body?.signed.statement, signed[index]?.statement];
      return stands !== undefined && sent !== undefined && equalBytes(stands, sent);
    });
  check(same, () => tampered("the journal's entries are not these accesses"));
}

async function noncesOf(vault: OpenVault): Promise<ReadonlySet<string>> {
  const { events } = await vault.accesses.sync(vault);
  return new Set(
    events.flatMap(({ statement }) => (statement?.kind === 'access' ? [b64u(statement.nonce)] : [])),
  );
}

function isLive(vault: OpenVault, { document, number }: OpeningNote): boolean {
  const known = vault.document(document);
  return known !== undefined && versionOf(known, number) !== undefined;
}

function nameOf(nonce: Uint8Array): string {
  return PREFIX + hex(nonce);
}
