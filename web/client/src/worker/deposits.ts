/** Calls of the engine about deposits by a professional (vault/deposits.ts). */
import { depositLinkOf, type DepositLink } from '../crypto/deposits.ts';
import { checkId, type DocumentId, type SectionId } from '../crypto/encoding.ts';
import { Adding, type AddingOptions, type Description } from '../vault/adding.ts';
import { Depositing, inboxOf, ownDeposits, withdraw } from '../vault/deposits.ts';
import { linkOf } from '../vault/inbox.ts';
import { maySeal } from '../vault/ledger_state.ts';
import { browserPatience } from '../vault/patience.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { cleanFile } from '../imagedata/clean.ts';
import { describe } from './files.ts';
import { Refusal } from './outcome.ts';
import { makeThumbnail } from './thumbnail.ts';
import { momentOf } from './views.ts';
import type { Workplace } from './workplace.ts';

export function depositCalls(place: Workplace) {
  /** Of this server alone: the page can ask no other. */
  function linkFrom(text: string): DepositLink {
    if (place.client.session.role !== 'professional') throw new Refusal('forbidden');
    if (!text.trim().startsWith(`${place.parts.api.origin}/`)) throw new Refusal('malformed');
    return depositLinkOf(text);
  }

  return {
    /** Verifies whose inbox a link leads to; gives the vault's id. */
    async look(text: string): Promise<string> {
      const link = linkFrom(text);
      await inboxOf(place.client, link);
      return link.vault;
    },

    /** Seals a file for the vault's owner and leaves it in the inbox. */
    async deposit(
      text: string,
      chosen: File,
      given: { readonly title: string; readonly date: string },
      progress: (sent: number, total: number) => void,
    ): Promise<string> {
      const link = linkFrom(text);
      if (chosen.size === 0) throw new Refusal('empty_file');
      if (chosen.size > place.client.server.limits.max_document_bytes) throw new Refusal('too_large');
      const { file } = await cleanFile(chosen);
      const { mime } = await describe(file);
      const description = { ...given, mime, thumbnail: await makeThumbnail(file, mime) };
      const patience = { ...browserPatience, waiting: () => undefined };
      const depositing = new Depositing(
        place.client,
        link,
        { file, description, card: cardOf(place) },
        { patience },
      );
      const { signal } = new AbortController();
      return depositing.run(signal, (sent) => progress(sent, depositing.length));
    },

    /** What the account deposited in a vault, newest first. */
    async own(vault: string) {
      const { deposits } = await ownDeposits(place.client, checkId(vault));
      return deposits.map(({ document, time }) => ({ id: document, time: momentOf(time) })).reverse();
    },

    async withdraw(vault: string, document: string): Promise<void> {
      await withdraw(place.client, checkId(vault), checkId<DocumentId>(document));
    },
  };
}

/** Adds a document; a professional who may not seal in its section deposits it in the inbox. */
export function adderOf(
  place: Workplace,
  vault: OpenVault,
  file: File,
  description: Description,
  options: AddingOptions,
): Adding | Depositing {
  const begun = options.pending !== undefined;
  if (begun || !mustDeposit(vault, description.section)) {
    return new Adding(vault, file, description, options);
  }
  return new Depositing(place.client, linkOf(vault), { file, description, card: cardOf(place) }, options);
}

/** Whether what is added to a section goes to the inbox: somebody's right ended there, or the patient masks what is new. */
export function mustDeposit(vault: OpenVault, section: SectionId): boolean {
  return !vault.owned && !maySeal(vault.state, section, vault.now());
}

function cardOf(place: Workplace) {
  if (place.card === undefined) throw new Refusal('forbidden');
  return place.card;
}
