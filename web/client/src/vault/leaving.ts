/**
 * Leaving: the own account is to be deleted, or kept after all (spec chapter 12).
 *
 *     const { request, due } = await askDeletion(client, password);
 *
 * Owns what is signed: the wish with the key that the password gives, its taking back with the account's own.
 */
import { answer, read } from '../api/answers.ts';
import { readPasswordChallenge } from '../api/types.ts';
import { openWithPassword } from '../crypto/keyring.ts';
import { deriveKeys } from '../crypto/passwords.ts';
import { bytes, integer, optional } from '../crypto/shapes.ts';
import { sign, signedToWire, statementHash } from '../crypto/statements.ts';
import type { Client } from './client.ts';

const readPending = answer({ request: bytes(32), requested: integer(), due: integer() });
const readState = answer({ deletion: optional(read(readPending)), days: integer() });

/** A wish: the hash of its statement, and when it is due (seconds since 1970), as the server says. */
export interface Pending {
  readonly request: Uint8Array;
  readonly due: number;
}

/** What the account waits for, and the days between a wish and the deletion. */
export interface LeavingState {
  readonly deletion?: Pending | undefined;
  readonly days: number;
}

export function leavingState(client: Client): Promise<LeavingState> {
  return client.api.get('/account/deletion', readState);
}

/** Asks for the account's deletion. Raises wrong_key, tampered for another password; ApiError `conflict`: asked before. */
export async function askDeletion(client: Client, password: string): Promise<Pending> {
  const { address, account } = client.session;
  const asked = { address, method: 'password' } as const;
  const { challenge, salt, ...rest } = await client.api.post(
    '/sessions/challenge',
    asked,
    readPasswordChallenge,
  );
  const parameters = { m: rest.m, t: rest.t, p: rest.p };
  const keys = deriveKeys(password, { address, salt, parameters });
  openWithPassword(client.opened.data, keys, { account });
  const { origin } = client.server;
  const time = client.now();
  const signed = sign({ kind: 'account_deletion', account, address, challenge, origin, time }, keys.login);
  const { due } = await client.api.post('/account/deletion', { deletion: signedToWire(signed) }, readPending);
  // The wish is named by what was signed here, whatever the server calls it.
  return { request: statementHash(signed.statement), due };
}

/** Keeps the account after all, if it was to be deleted. */
export async function keepAccount(client: Client): Promise<void> {
  const { deletion } = await leavingState(client);
  if (deletion === undefined) return;
  const { account } = client.session;
  const keeping = client.sign({
    kind: 'account_keeping',
    account,
    author: client.me,
    deletion: deletion.request,
    time: client.now(),
  });
  await client.api.post('/account/keeping', { keeping: signedToWire(keeping) }, readState);
}
