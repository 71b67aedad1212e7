/** Calls of the engine about the journal: verified entries of both chains, in words that pages know (vault/journal.ts). */
import type { JournalEntry, JournalView } from '../ui/models';
import { readJournal } from '../vault/journal.ts';
import type { Event } from '../vault/ledger_chain.ts';
import { detailsOf } from '../vault/shares.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { momentOf, nameOf, titleOf } from './views.ts';
import type { Workplace } from './workplace.ts';

export function journalCalls(place: Workplace) {
  return {
    async journal(): Promise<JournalView> {
      const vault = await place.own();
      const { events } = await readJournal(vault);
      // For the account's next device; what was read here does not depend on it.
      vault.client.sharePins().catch(() => undefined);
      return {
        entries: events.map((event) => entryView(vault, event)),
        verified: true,
        checked: new Date(),
      };
    },
  };
}

function entryView(vault: OpenVault, { header, statement }: Event): JournalEntry {
  const base = {
    id: `${header.chain}:${String(header.seq)}`,
    kind: header.kind,
    time: momentOf(header.time),
    actor: header.actor === vault.client.me ? undefined : (nameOf(vault, header.actor) ?? ''),
  };
  if (statement === undefined) return base;
  if (statement.kind === 'access') {
    const { mode, reason } = statement;
    return { ...base, subject: titleOf(vault, statement.document), mode, reason };
  }
  if ('document' in statement) return { ...base, subject: titleOf(vault, statement.document) };
  if (statement.kind === 'opening') {
    return { ...base, actor: statement.recipient, subject: labelOf(vault, statement.share), mode: 'share' };
  }
  if ('share' in statement) return { ...base, subject: labelOf(vault, statement.share) };
  return base;
}

function labelOf(
  vault: OpenVault,
  id: Parameters<OpenVault['state']['shares']['get']>[0],
): string | undefined {
  const share = vault.state.shares.get(id);
  return share === undefined ? undefined : detailsOf(vault, share)?.label;
}
