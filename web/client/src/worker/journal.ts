/** Calls of the engine about the journal: verified entries of both chains, in words that pages know (vault/journal.ts). */
import { checkKeyId, type DocumentId } from '../crypto/encoding.ts';
import type { HeadComparison, JournalEntry, JournalProofView, JournalView } from '../ui/models';
import { block } from '../vault/blocking.ts';
import { compareHeads, readJournal, type Journal } from '../vault/journal.ts';
import type { Event } from '../vault/ledger_chain.ts';
import { readOwnAccesses } from '../vault/own_accesses.ts';
import { detailsOf } from '../vault/shares.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { momentOf, nameOf, titleOf } from './views.ts';
import type { Workplace } from './workplace.ts';

export function journalCalls(place: Workplace) {
  return {
    async journal(): Promise<JournalView> {
      const vault = await place.own();
      const journal = await readJournal(vault);
      const { events } = journal;
      // For the account's next device; what was read here does not depend on it.
      vault.client.sharePins().catch(() => undefined);
      return {
        entries: events.map((event) => entryView(vault, event)),
        verified: true,
        checked: new Date(),
        proof: proofView(journal, vault.client.now()),
      };
    },

    /** Holds a code that another device shows against this account's journal. */
    async compare(code: string): Promise<HeadComparison> {
      return compareHeads(await readJournal(await place.own()), code);
    },

    /** Blocks somebody: every grant of theirs ends at once; the sections that they reached get new keys. */
    async cutOff(person: string): Promise<void> {
      const vault = await place.freshOwn();
      await place.inTurn(() => block(vault, checkKeyId(person)));
    },

    /** What the account, a professional's, opened in a vault. */
    async own(text: string): Promise<JournalView> {
      const vault = await place.fresh(text);
      const events = await readOwnAccesses(vault);
      return {
        entries: events.map((event) => entryView(vault, event)),
        verified: true,
        checked: new Date(),
      };
    },
  };
}

/** After so many seconds without a checkpoint the server's job stands still. */
const LATE = 86_400;

function proofView(journal: Journal, now: number): JournalProofView {
  const { codes, checkpoint, keySince, uncoveredSince } = journal;
  return {
    codes,
    checkpoint: checkpoint?.size,
    keySince: keySince === undefined ? undefined : momentOf(keySince),
    uncoveredSince: uncoveredSince === undefined ? undefined : momentOf(uncoveredSince),
    late: checkpoint !== undefined && uncoveredSince !== undefined && now - uncoveredSince > LATE,
  };
}

function entryView(vault: OpenVault, { header, statement }: Event): JournalEntry {
  const base = {
    id: `${header.chain}:${String(header.seq)}`,
    kind: header.kind,
    time: momentOf(header.time),
    ...(header.actor === vault.client.me
      ? {}
      : { actor: nameOf(vault, header.actor) ?? '', person: header.actor }),
  };
  if (statement === undefined) return base;
  if (statement.kind === 'access') {
    const { mode, opened, reason } = statement;
    const before = opened === undefined ? {} : { opened: momentOf(opened) };
    return { ...base, ...documentOf(vault, statement.document), ...before, mode, reason };
  }
  if (statement.kind === 'refile' && statement.from === statement.section) {
    // Tags, or a deposit that was taken in.
    return { ...base, ...documentOf(vault, statement.document), kind: 'described' };
  }
  if ('document' in statement) return { ...base, ...documentOf(vault, statement.document) };
  if (statement.kind === 'opening') {
    const { recipient, share } = statement;
    const subject = labelOf(vault, share);
    return { ...base, actor: recipient, person: undefined, subject, share, mode: 'share' };
  }
  if ('share' in statement)
    return { ...base, subject: labelOf(vault, statement.share), share: statement.share };
  return base;
}

function documentOf(vault: OpenVault, document: DocumentId): Pick<JournalEntry, 'document' | 'subject'> {
  return { document, subject: titleOf(vault, document) };
}

function labelOf(
  vault: OpenVault,
  id: Parameters<OpenVault['state']['shares']['get']>[0],
): string | undefined {
  const share = vault.state.shares.get(id);
  return share === undefined ? undefined : detailsOf(vault, share)?.label;
}
