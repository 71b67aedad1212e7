/**
 * The kind of statement by which single documents are opened to a professional (chapters 5 and 7).
 *
 * Everything but the scope is a `grant`'s. Knows neither signatures nor the journal's state.
 */
import { list, oneOf, record, type Of } from './shapes.ts';
import { checkTerm, grantTerm, inLedger, namedVersion, versionOrder } from './statement_kinds.ts';

export const MAX_NAMED = 1000;

/** A dated right to read these versions and no other: for a known professional (`card`) or an invitation (`redeem`). */
export const documentGrantShape = record(
  {
    ...inLedger,
    ...grantTerm,
    documents: list(namedVersion, { min: 1, max: MAX_NAMED, order: versionOrder }),
    kind: oneOf('document_grant'),
    rights: list(oneOf('read'), { min: 1, max: 1 }),
  },
  checkTerm,
);
export type DocumentGrant = Of<typeof documentGrantShape>;
