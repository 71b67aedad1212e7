/**
 * The kind of statement by which a share's contents change (chapters 5 and 8).
 *
 * Knows neither signatures nor the journal's state.
 */
import { check, limitExceeded, malformed } from './errors.ts';
import { oneOf, record, type Of } from './shapes.ts';
import { inLedger, MAX_TERM, shareContents } from './statement_kinds.ts';

/** What a share holds from now on, in place of what it held: documents, files, end, openings, details. */
export const shareUpdateShape = record(
  { ...inLedger, ...shareContents, kind: oneOf('share_update') },
  (statement) => {
    check(statement.files.length === statement.documents.length, () => malformed('number of files'));
    check(statement.not_after - statement.time <= MAX_TERM, () => limitExceeded('term of a share'));
  },
);
export type ShareUpdate = Of<typeof shareUpdateShape>;
