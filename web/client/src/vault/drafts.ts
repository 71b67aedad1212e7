/**
 * Statements on their way into a ledger: what `OpenVault.append` is given, and the entry that its request is answered with.
 *
 * Knows no key, and verifies nothing.
 */
import { unb64u } from '../crypto/encoding.ts';
import type { Entry } from '../crypto/journal.ts';
import type { Statement } from '../crypto/statements.ts';

/** Statements that stand in the ledger. */
export type LedgerStatement = Extract<Statement, { readonly seq: number }>;

/** A statement for the position at hand, with the further members of the request that sends it. */
export interface Draft {
  readonly statement: LedgerStatement;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Where and under which name a kind of statement is sent. */
export interface Destination {
  readonly path: string;
  readonly member: string;
}

/**
 * The entry that answered a new document's manifest, with the sealed metadata that was sent along, as a page would have it. Undefined
 * for all else: whether a grant has ended, say, is seen in the ledger that the server shows, and not in what it answers.
 */
export function answeredEntry(
  kind: string,
  sent: Readonly<Record<string, unknown>>,
  entry: Entry,
): Entry | undefined {
  const { metadata } = sent;
  if (kind !== 'manifest' || typeof metadata !== 'string') return undefined;
  return { ...entry, metadata: unb64u(metadata) };
}
