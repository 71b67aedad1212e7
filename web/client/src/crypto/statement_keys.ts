/**
 * The kinds of statements by which a server's or a directory's key is followed by another (chapter 14).
 *
 * Knows neither signatures nor the chain: that is `successions.ts`.
 */
import { check, limitExceeded, malformed } from './errors.ts';
import { bytes, integer, oneOf, optional, record, type Of, type RecordOf } from './shapes.ts';
import { hash, keyIdShape, time } from './statement_grammar.ts';
import { MAX_TERM } from './statement_kinds.ts';

export const MAX_SUCCESSIONS = 1000;

const members = {
  author: keyIdShape,
  before: hash,
  from: time,
  key: hash,
  prev: optional(hash),
  proof: bytes(64),
  sequence: integer(1, MAX_SUCCESSIONS),
  time,
  until: time,
};

/** Of the key that signs openings and checkpoints. */
export const serverKeyShape = record({ ...members, kind: oneOf('server_key') }, rules);
/** Of the operator's key that signs entries of the directory. */
export const directoryKeyShape = record({ ...members, kind: oneOf('directory_key') }, rules);
export type ServerSuccession = Of<typeof serverKeyShape>;
export type DirectorySuccession = Of<typeof directoryKeyShape>;
/** Which key follows which; `author` is the key id of the one before, `proof` is by the new one. */
export type Succession = ServerSuccession | DirectorySuccession;

function rules(found: RecordOf<typeof members>): void {
  const begins = found.prev === undefined;
  check(begins === (found.sequence === 1), () => malformed('prev belongs to every succession but the first'));
  const ordered = found.from >= found.time && found.until >= found.from;
  check(ordered, () => malformed('succession whose times are out of order'));
  check(found.until - found.from <= MAX_TERM, () => limitExceeded('overlap of more than 366 days'));
}
