/** Calls of the engine about leaving: the own account deleted, or kept after all; its receipt (vault/leaving.ts, receipts.ts). */
import { b64u, hex } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import { ready } from '../crypto/primitives.ts';
import type { DeletionView, LeavingView, ReceiptView } from '../ui/accountModels';
import type { Client } from '../vault/client.ts';
import { askDeletion, keepAccount, leavingState, type Pending } from '../vault/leaving.ts';
import { fetchReceipt, readReceiptLink, receiptLink, type ReceiptLink } from '../vault/receipts.ts';
import { Refusal } from './outcome.ts';
import { momentOf } from './views.ts';
import type { Workplace } from './workplace.ts';

export function leavingCalls(place: Workplace) {
  return {
    async state(): Promise<LeavingView> {
      const { client } = place;
      const { deletion, days } = await leavingState(client);
      return { days, deletion: deletion && deletionView(client, deletion) };
    },

    /** Raises `credentials` for another password. */
    async ask(password: string): Promise<DeletionView> {
      const { client } = place;
      try {
        return deletionView(client, await askDeletion(client, password));
      } catch (thrown) {
        const wrong = thrown instanceof CoffreError && ['wrong_key', 'tampered'].includes(thrown.code);
        throw wrong ? new Refusal('credentials') : thrown;
      }
    },

    keep: (): Promise<void> => keepAccount(place.client),

    /** What a receipt's link leads to; needs no account. */
    async receipt(link: string): Promise<ReceiptView> {
      await ready();
      const wanted = linkOf(link);
      if (wanted === undefined) return { stage: 'incomplete' };
      try {
        const found = await fetchReceipt(place.parts.api, wanted);
        if (found === undefined) return { stage: 'none' };
        const { requested, erased, role, rows, objects } = found.receipt;
        const times = { requested: momentOf(requested), erased: momentOf(erased) };
        return { stage: 'holds', ...times, role, rows, objects, text: found.text };
      } catch (thrown) {
        if (thrown instanceof CoffreError) return { stage: 'refused' };
        throw thrown;
      }
    },
  };
}

function linkOf(text: string): ReceiptLink | undefined {
  try {
    return readReceiptLink(text);
  } catch (thrown) {
    if (thrown instanceof CoffreError) return undefined;
    throw thrown;
  }
}

function deletionView(client: Client, { request, due }: Pending): DeletionView {
  const key = client.keyring.server;
  const { origin } = client.api;
  return {
    due: momentOf(due),
    receipt: receiptLink(origin, { request, key }),
    verify: `coffre account receipt --server ${origin} --key ${b64u(key)} ${hex(request)}`,
  };
}
