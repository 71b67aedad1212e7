/**
 * The fold of a vault's accesses (spec chapter 6): who opened what, verified against the folded ledger. No I/O.
 *
 * For the owner only, who is shown every entry. The ledger must be at least as new as the accesses: fetch a page of
 * accesses, bring the ledger up to date, then append the page.
 */
import { b64u, equalBytes, type ShareId, type VaultId } from '../crypto/encoding.ts';
import { check, tampered } from '../crypto/errors.ts';
import { readBody, type Entry, type EntryHeader, type Page } from '../crypto/journal.ts';
import { serverKeyId } from '../crypto/signing.ts';
import { checkSignature, verify, type Access, type Opening, type Signed } from '../crypto/statements.ts';
import { keyAt, startKeys, type Keys } from '../crypto/successions.ts';
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
import { learnCard } from './ledger_rules.ts';
import { grantCovers, termNames, knownCard, versionOf, type LedgerState } from './ledger_state.ts';

/** How accesses are judged, beside the ledger: signatures that were checked before, and the server's keys (chapter 14), verified. */
export interface Judging {
  readonly checked?: Checked;
  /** Absent: the server has its first key only. */
  readonly keys?: Keys | undefined;
}

/** Verified accesses: where the chain ends, the nonces used, and the openings counted for each share. */
export class AccessLog {
  readonly tip: Tip;
  readonly pin: Pin | undefined;
  readonly openings: ReadonlyMap<ShareId, number>;
  readonly news: readonly Event[];
  /** In sets of which each is larger than the next, so that another page copies few of them. */
  private readonly nonces: readonly ReadonlySet<string>[];

  private constructor(
    tip: Tip,
    pin: Pin | undefined,
    counted: {
      readonly nonces: readonly ReadonlySet<string>[];
      readonly openings: ReadonlyMap<ShareId, number>;
    },
    news: readonly Event[],
  ) {
    this.tip = tip;
    this.pin = pin;
    this.nonces = counted.nonces;
    this.openings = counted.openings;
    this.news = news;
  }

  /** The chain before its first entry. Raises stale: a pin of size 0 that is not this vault's empty chain. */
  static empty(vault: VaultId, pin?: Pin): AccessLog {
    const tip = startOf(vault, 'accesses');
    checkPin(tip, pin);
    return new AccessLog(tip, pin, { nonces: [], openings: new Map() }, []);
  }

  /** Size and head: what to pin after a successful fold. */
  position(): Pin {
    return { size: this.tip.size, head: this.tip.head };
  }

  /** `append` of a server's page. Raises as `Ledger.appendPage`. */
  appendPage(page: Page, ledger: LedgerState, judging: Judging = {}): AccessLog {
    checkBefore(this.tip, page, this.pin);
    const found = this.append(page.entries, page.cards, ledger, judging);
    checkAfter(found.tip, page);
    return found;
  }

  /** The log after `entries`, judged by `ledger`. Raises stale and tampered as `Ledger.append`. */
  append(
    entries: readonly Entry[],
    cards: readonly Signed[],
    ledger: LedgerState,
    judging: Judging = {},
  ): AccessLog {
    // Nothing but cards is learnt here.
    const known = { ...ledger, cards: new Map(ledger.cards) };
    for (const signed of cards) {
      learnCard(
        known,
        asTampered(() => knownCard(signed), 'card that does not verify'),
      );
    }
    const nonces = new Set<string>();
    const used = (nonce: string) => {
      if (nonces.has(nonce)) return true;
      for (const some of this.nonces) if (some.has(nonce)) return true;
      return false;
    };
    const openings = new Map(this.openings);
    const news: Event[] = [];
    let tip = this.tip;
    entries.forEach((entry, index) => {
      const step = after(tip, entry, index === 0);
      tip = step.tip;
      checkPin(tip, this.pin);
      const statement = read(entry, step.header, known, judging);
      if (statement.kind === 'access') {
        const nonce = b64u(statement.nonce);
        check(!used(nonce), () => tampered('access that was already counted'));
        nonces.add(nonce);
      } else {
        const next = (openings.get(statement.share) ?? 0) + 1;
        check(statement.openings === next, () => tampered('opening out of order'));
        openings.set(statement.share, next);
      }
      news.push({ header: step.header, statement });
    });
    return new AccessLog(tip, this.pin, { nonces: together(this.nonces, nonces), openings }, news);
  }
}

function together(
  sets: readonly ReadonlySet<string>[],
  fresh: ReadonlySet<string>,
): readonly ReadonlySet<string>[] {
  const before = sets.at(-1);
  if (before === undefined || before.size > fresh.size) return fresh.size === 0 ? sets : [...sets, fresh];
  return together(sets.slice(0, -1), new Set([...before, ...fresh]));
}

function read(entry: Entry, header: EntryHeader, ledger: LedgerState, judging: Judging): Access | Opening {
  const { checked = UNCHECKED, keys } = judging;
  const { body } = entry;
  const bare = entry.metadata === undefined && entry.manifest === undefined;
  check(body !== undefined && bare, () => tampered('withheld or foreign access entry'));
  return asTampered(() => {
    const statement = readBody(entry, header);
    if (statement.kind === 'opening') {
      checkOpening(statement, { signed: body.signed, time: header.time, keys }, ledger);
    } else if (statement.kind === 'access')
      checkAccess(statement, { signed: body.signed, time: header.time, checked }, ledger);
    else throw tampered('kind of another chain');
    return statement;
  }, 'access off its grammar');
}

function checkOpening(
  statement: Opening,
  { signed, time, keys }: { readonly signed: Signed; readonly time: number; readonly keys: Keys | undefined },
  { server, shares }: LedgerState,
): void {
  check(server !== undefined, () => tampered('opening before the ledger'));
  const chain = keys ?? startKeys(server);
  check(equalBytes(chain.first, server), () => tampered("another server's keys"));
  const key = keyAt(chain, time);
  const ours = statement.author === serverKeyId(key);
  check(ours, () => tampered("opening by another key than the server's of that time"));
  verify(signed, 'opening', key);
  check(shares.has(statement.share), () => tampered('opening of no known share'));
}

function checkAccess(
  statement: Access,
  { signed, time, checked }: { readonly signed: Signed; readonly time: number; readonly checked: Checked },
  ledger: LedgerState,
): void {
  const known = ledger.cards.get(statement.author);
  check(known !== undefined, () => tampered("access without its author's card"));
  const { signing, author } = known.card;
  if (!checked.has(signed, 'access', signing)) checkSignature(signed, 'access', signing);
  check(statement.author === author, () => tampered('statement by another author'));
  const document = ledger.documents.get(statement.document);
  const version = document === undefined ? undefined : versionOf(document, statement.version);
  check(version !== undefined, () => tampered('access to no known version'));
  if (statement.grant === undefined) {
    check(statement.author === ledger.owner, () => tampered('access as owner by another'));
    return;
  }
  const grant = ledger.grants.get(statement.grant);
  const use = { professional: statement.author, time };
  const term = grant === undefined ? undefined : grantCovers(grant, 'read', use);
  check(term !== undefined, () => tampered('access without a right to read'));
  if (term.statement.kind === 'grant') return;
  const reached = termNames(term, statement) || version.manifest.author === statement.author;
  check(reached, () => tampered('access to a document that the grant does not name'));
}
