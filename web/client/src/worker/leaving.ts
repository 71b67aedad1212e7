/** Calls of the engine about leaving: the own account deleted, or kept after all (vault/leaving.ts). */
import { b64u, hex } from '../crypto/encoding.ts';
import { CoffreError } from '../crypto/errors.ts';
import type { DeletionView, LeavingView } from '../ui/accountModels';
import type { Client } from '../vault/client.ts';
import { askDeletion, keepAccount, leavingState, receiptAddress, type Pending } from '../vault/leaving.ts';
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
  };
}

function deletionView(client: Client, { request, due }: Pending): DeletionView {
  const key = b64u(client.server.public_key);
  const { origin } = client.api;
  return {
    due: momentOf(due),
    receipt: receiptAddress(client, request),
    verify: `coffre account receipt --server ${origin} --key ${key} ${hex(request)}`,
  };
}
