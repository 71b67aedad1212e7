/**
 * Kinds of statements about deposits and the bin (chapters 4 and 5): `deposit` and `restoral`.
 *
 * Knows neither signatures nor the journal's state.
 */
import { bytes, integer, list, oneOf, record, type Of } from './shapes.ts';
import { hash, signedShape } from './statement_grammar.ts';
import {
  checkParts,
  document,
  epoch,
  inLedger,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
  section,
  version,
} from './statement_kinds.ts';

/**
 * The first version of a document, by a professional, for the owner alone; `section` is the inbox. Its header opens with the
 * inbox's drop identity of `epoch`, and with the author's; nothing is sealed under the section's own keys until the owner takes
 * it in.
 */
export const depositShape = record(
  {
    ...inLedger,
    author_metadata: bytes(32),
    card: signedShape,
    digest: hash,
    document,
    epoch,
    header: hash,
    kind: oneOf('deposit'),
    length: integer(1),
    part_size: integer(MIN_PART_SIZE, MAX_PART_SIZE),
    parts: list(hash, { min: 1, max: MAX_PARTS }),
    section,
    version: integer(1, 1),
  },
  checkParts,
);
export type Deposit = Of<typeof depositShape>;

/** A removed document brought back while its objects are kept; `version` is its latest. */
export const restoralShape = record({
  ...inLedger,
  document,
  kind: oneOf('restoral'),
  manifest: hash,
  section,
  version,
});
export type Restoral = Of<typeof restoralShape>;
