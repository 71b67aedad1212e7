/**
 * The server's keys as a client knows them (spec chapter 14): the chain that it publishes, and this browser's pin.
 *
 *     const keys = await knownKeys(client);        // verified from the key that the keyring pinned; the pin has moved
 *
 * Raises stale for a chain that is shorter or another one than was seen, tampered for one that does not hold.
 */
import type { Api } from '../api/client.ts';
import { ApiError } from '../api/errors.ts';
import { readKeys } from '../api/serverKeys.ts';
import { pinOf, verifiedKeys, type Keys } from '../crypto/successions.ts';
import type { Signed } from '../crypto/statements.ts';
import type { Client } from './client.ts';

/** The successions that a server publishes; nothing is verified. None of a server from before there were any. */
export async function publishedKeys(
  api: Api,
): Promise<{ readonly directory: readonly Signed[]; readonly server: readonly Signed[] }> {
  try {
    return await api.get('/server/keys', readKeys);
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'not_found') return { directory: [], server: [] };
    throw thrown;
  }
}

/** The server's keys, by the chain that it publishes now. */
export async function knownKeys(client: Client): Promise<Keys> {
  const { origin } = client.api;
  const { server } = await publishedKeys(client.api);
  const seen = await client.pins.serverKeys(origin);
  const keys = verifiedKeys('server_key', client.keyring.server, server, seen);
  const pin = pinOf(keys);
  if (pin !== undefined) await client.pins.saveServerKeys(origin, pin);
  return keys;
}
