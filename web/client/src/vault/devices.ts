/**
 * Where the account is signed in, by the server's own word, and ending it there (HTTP API v1, `/sessions`).
 *
 * What stands in it opens nothing and decides nothing: a server that lies here could as well go on answering a session that it
 * says it ended. Ending a session takes its keys from nobody; the password does.
 */
import type { Api } from '../api/client.ts';
import { readSessions, type SessionRow } from '../api/types.ts';

export async function listSessions(api: Api): Promise<readonly SessionRow[]> {
  return (await api.get('/sessions', readSessions)).sessions;
}

/** Raises ApiError `not_found` for one that is over. */
export async function endSession(api: Api, id: string): Promise<void> {
  await api.delete(`/sessions/${encodeURIComponent(id)}`);
}

/** Ends all but this one. */
export async function endOtherSessions(api: Api): Promise<void> {
  await api.delete('/sessions');
}
