/**
 * The fold of a vault's ledger (spec chapter 6): entries in, verified state out. No I/O.
 *
 * A `Ledger` is a value: `append` gives a new one, or raises and leaves the old one as it was. It accepts only what
 * follows from what it already holds; a cut, rewritten or withheld past is an error, never a shorter answer.
 *
 *     let ledger = Ledger.empty(vault, { owner, pin });
 *     do ledger = ledger.appendPage(await fetchPage(ledger.state.size), viewer);
 *     while (ledger.state.size < page.size);
 */
import type { DocumentId, KeyId, VaultId } from '../crypto/encoding.ts';
import { check, stale, tampered } from '../crypto/errors.ts';
import {
  readBody,
  type ChainedStatement,
  type Entry,
  type EntryHeader,
  type Page,
} from '../crypto/journal.ts';
import { checkSignature, verifyCard, type Signed } from '../crypto/statements.ts';
import { UNCHECKED, type Checked } from './checked_signatures.ts';
import {
  after,
  asTampered,
  checkAfter,
  checkBefore,
  checkPin,
  startOf,
  type Event,
  type Pin,
  type Tip,
} from './ledger_chain.ts';
import { reaches } from './ledger_place.ts';
import { apply, draftOf, learnCard, type Draft, type Viewer } from './ledger_rules.ts';
import { knownCard, latestVersion, meets, sectionOf, type LedgerState } from './ledger_state.ts';

export type { Viewer } from './ledger_rules.ts';

const ALWAYS_SHOWN: ReadonlySet<string> = new Set(['vault', 'rotation', 'sections', 'settings']);
/** Ends of grants, which count for whoever seals even where they are withheld (spec chapter 7). */
const ENDS: ReadonlySet<string> = new Set(['revocation', 'block']);

/** What a client knew before it folded: whose vault it is, and a position that some device has seen. */
export interface Known {
  readonly owner?: KeyId | undefined;
  readonly pin?: Pin | undefined;
}

/** A verified ledger and its state, which nobody changes after. `news`: the entries of the last `append`. */
export class Ledger {
  readonly state: LedgerState;
  readonly known: Known;
  readonly viewer: Viewer | undefined;
  readonly news: readonly Event[];
  /**
   * The documents that entries spoke of since metadata was last looked for, so that an entry costs the same in a vault of ten
   * thousand documents.
   */
  private readonly touched: ReadonlySet<DocumentId>;

  private constructor(
    state: LedgerState,
    known: Known,
    viewer?: Viewer,
    news: readonly Event[] = [],
    touched: ReadonlySet<DocumentId> = new Set(),
  ) {
    this.state = state;
    this.known = known;
    this.viewer = viewer;
    this.news = news;
    this.touched = touched;
  }

  /** The ledger before its first entry. Raises stale: a pin of size 0 that is not this vault's empty chain. */
  static empty(vault: VaultId, known: Known = {}): Ledger {
    const tip = startOf(vault, 'ledger');
    checkPin(tip, known.pin);
    const nothing = { sections: new Map(), documents: new Map(), grants: new Map() };
    const state = {
      vault,
      size: 0,
      head: tip.head,
      time: 0,
      shares: new Map(),
      cards: new Map(),
      maskNew: false,
      blocked: new Map(),
      ...nothing,
    };
    return new Ledger(state, known);
  }

  /** Where it ends. */
  get tip(): Tip {
    const { vault, size, head, time } = this.state;
    return { vault, chain: 'ledger', size, head, time };
  }

  /** Size and head: what to pin after a successful fold. */
  position(): Pin {
    return { size: this.state.size, head: this.state.head };
  }

  /** Whether `viewer` must fold from the start: entries that this fold did not need to show may now be theirs. */
  needsRefold(viewer: Viewer): boolean {
    const { viewer: before } = this;
    if (before === undefined) return false;
    return !reaches(before, viewer);
  }

  /**
   * `append` of a server's page, with its size and head held against what was seen and what it holds.
   * Raises stale if the chain is shorter than, or another one than, the one already seen; tampered as `append`, or if the
   * page does not end as it says, or a live document that the viewer may read is without its metadata at the chain's end.
   */
  appendPage(page: Page, viewer: Viewer, checked: Checked = UNCHECKED): Ledger {
    checkBefore(this.tip, page, this.known.pin);
    const found = this.append(page.entries, page.cards, viewer, checked);
    checkAfter(found.tip, page);
    if (found.state.size !== page.size) return found;
    found.checkMetadata(viewer);
    return new Ledger(found.state, this.known, viewer, found.news);
  }

  /**
   * The ledger after `entries`, with the authors' `cards` that came with them. Raises stale if the first entry does not
   * follow what was seen, a pinned position has another head, or this ledger was folded for fewer sections; tampered for
   * anything else that does not hold. `checked`: signatures that were found good ahead.
   */
  append(
    entries: readonly Entry[],
    cards: readonly Signed[],
    viewer: Viewer,
    checked: Checked = UNCHECKED,
  ): Ledger {
    check(!this.needsRefold(viewer), () => stale('folded for another viewer or fewer sections'));
    const state = draftOf(this.state);
    for (const signed of cards) {
      learnCard(
        state,
        asTampered(() => knownCard(signed), 'card that does not verify'),
      );
    }
    const news: Event[] = [];
    let tip = this.tip;
    entries.forEach((entry, index) => {
      const step = after(tip, entry, index === 0);
      tip = step.tip;
      checkPin(tip, this.known.pin);
      news.push({
        header: step.header,
        statement: this.fold(state, entry, step.header, { viewer, checked }),
      });
      Object.assign(state, { size: tip.size, head: tip.head, time: tip.time });
      if (ENDS.has(step.header.kind)) state.endedSeq = step.header.seq;
    });
    const touched = new Set(this.touched);
    for (const { statement } of news) {
      if (statement !== undefined && speaksOfDocument(statement)) touched.add(statement.document);
    }
    return new Ledger(state, this.known, viewer, news, touched);
  }

  /** Raises tampered if a touched live document that `viewer` may read is without its sealed metadata. */
  checkMetadata(viewer: Viewer): void {
    const everything = viewer.key === this.state.owner;
    for (const id of this.touched) {
      const document = this.state.documents.get(id);
      if (document === undefined) continue;
      const mine = everything || viewer.sections.has(sectionOf(document));
      const { sealed, metadata } = latestVersion(document).filing;
      const lacks = mine && document.removed === undefined && metadata !== undefined && sealed === undefined;
      check(!lacks, () => tampered('document without its metadata'));
    }
  }

  private fold(
    state: Draft,
    entry: Entry,
    header: EntryHeader,
    { viewer, checked }: { readonly viewer: Viewer; readonly checked: Checked },
  ): ChainedStatement | undefined {
    check((header.seq === 0) === (header.kind === 'vault'), () =>
      tampered('a ledger starts with its vault, once'),
    );
    const { body } = entry;
    if (body === undefined) {
      const bare = entry.metadata === undefined && entry.manifest === undefined;
      check(bare && !mustBeShown(state, header, viewer), () => tampered('withheld entry'));
      return undefined;
    }
    return asTampered(() => {
      const statement = readBody(entry, header);
      const { signing, author } = signerOf(state, statement);
      // The very bytes whose signature is checked were read above.
      if (!checked.has(body.signed, statement.kind, signing)) {
        checkSignature(body.signed, statement.kind, signing);
      }
      check(statement.author === author, () => tampered('statement by another author'));
      const pinned = this.known.owner;
      const ours = statement.kind !== 'vault' || pinned === undefined || statement.author === pinned;
      check(ours, () => tampered('vault of another owner than the one pinned'));
      apply(state, statement, { header, entry, viewer });
      return statement;
    }, 'statement off its grammar');
  }
}

type OfDocument = Extract<
  ChainedStatement,
  { readonly kind: 'manifest' | 'deposit' | 'refile' | 'removal' | 'restoral' }
>;

function speaksOfDocument(statement: ChainedStatement): statement is OfDocument {
  return ['manifest', 'deposit', 'refile', 'removal', 'restoral'].includes(statement.kind);
}

function mustBeShown(state: Draft, header: EntryHeader, viewer: Viewer): boolean {
  return (
    viewer.key === state.owner ||
    ALWAYS_SHOWN.has(header.kind) ||
    meets(viewer.sections, new Set(header.sections)) ||
    header.actor === viewer.key
  );
}

/** The author's card: the one a statement brings itself, else one of those that verified. */
function signerOf(state: Draft, statement: ChainedStatement): { signing: Uint8Array; author: KeyId } {
  if (statement.kind === 'vault' || statement.kind === 'acceptance' || statement.kind === 'deposit') {
    return verifyCard(statement.card);
  }
  const known = state.cards.get(statement.author);
  check(known !== undefined, () => tampered("statement without its author's card"));
  return known.card;
}
