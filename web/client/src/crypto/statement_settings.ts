/**
 * Kinds of statements by which a vault is looked after (chapters 5 and 7): its sections and settings, and what is asked, refused
 * and barred about grants.
 *
 * Knows neither signatures nor the journal's state.
 */
import { check, limitExceeded, malformed } from './errors.ts';
import { integer, list, oneOf, record, type Of } from './shapes.ts';
import { keyIdShape, time } from './statement_grammar.ts';
import {
  epoch,
  grant,
  inLedger,
  MAX_SECTIONS,
  MAX_TERM,
  newSection,
  sealedName,
  section,
  sequence,
} from './statement_kinds.ts';

const bySection = { max: MAX_SECTIONS, order: (item: { readonly section: string }) => item.section };

/** New sections at epoch 1, and new sealed names of known ones. */
export const sectionsShape = record(
  {
    ...inLedger,
    added: list(newSection, bySection),
    kind: oneOf('sections'),
    renamed: list(record({ epoch, name: sealedName, section }), bySection),
  },
  ({ added, renamed }) => {
    const named = [...added, ...renamed].map((item) => item.section);
    const once = named.length > 0 && new Set(named).size === named.length;
    check(once, () => malformed('sections that are not each added or renamed'));
  },
);
export type Sections = Of<typeof sectionsShape>;

/** Until when whoever holds these epochs may seal under them. */
export const sectionTermsShape = record(
  {
    ...inLedger,
    kind: oneOf('section_terms'),
    terms: list(record({ epoch, not_after: time, section }), { ...bySection, min: 1 }),
  },
  ({ terms, time: signed }) => {
    const near = terms.every((item) => item.not_after - signed <= MAX_TERM);
    check(near, () => limitExceeded('term of a section'));
  },
);
export type SectionTerms = Of<typeof sectionTermsShape>;

/** What the owner wants of everyone; the newest counts. `mask_new`: professionals add nothing to sections, they make deposits. */
export const settingsShape = record({ ...inLedger, kind: oneOf('settings'), mask_new: integer(0, 1) });
export type Settings = Of<typeof settingsShape>;

/** A professional asks that a grant go on, until `not_after`. */
export const renewalRequestShape = record(
  { ...inLedger, grant, kind: oneOf('renewal_request'), not_after: time, sequence },
  ({ not_after: end, time: signed }) => {
    check(end > signed, () => malformed('request that ends before it is made'));
    check(end - signed <= MAX_TERM, () => limitExceeded('term of a request'));
  },
);
export type RenewalRequest = Of<typeof renewalRequestShape>;

/** The owner's no to a request. */
export const renewalRefusalShape = record({ ...inLedger, grant, kind: oneOf('renewal_refusal'), sequence });
export type RenewalRefusal = Of<typeof renewalRefusalShape>;

/** Ends every grant of a professional's key and keeps it from new ones; depositing goes on. */
export const blockShape = record({ ...inLedger, kind: oneOf('block'), professional: keyIdShape });
export type Block = Of<typeof blockShape>;

/** A blocked key may be given grants again; those that ended stay ended. */
export const unblockShape = record({ ...inLedger, kind: oneOf('unblock'), professional: keyIdShape });
export type Unblock = Of<typeof unblockShape>;
