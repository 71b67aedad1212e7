/** Asking for the code of a sign-up: only where the server says that it wants one. */
import { describe, expect, it } from 'vitest';
import type { Api } from '../../src/api/client.ts';
import { sendSignUpCode } from '../../src/vault/account.ts';

const ORIGIN = 'https://coffre.test';
const LIMITS = {
  max_document_bytes: 1,
  part_size: 1,
  share_max_bytes: 1,
  invitation_max_days: 1,
  grant_max_days: 1,
  share_max_days: 1,
};

/** An API that answers as a server with these settings, and keeps what was posted. */
function server(settings: object) {
  const posted: unknown[] = [];
  const said = { name: 'coffre', origin: ORIGIN, public_key: 'A'.repeat(43), time: 1, limits: LIMITS };
  const api = {
    origin: ORIGIN,
    get: (_path: string, reader: (value: unknown) => unknown) =>
      Promise.resolve(reader({ ...said, ...settings })),
    post: (path: string, body: unknown, reader: (value: unknown) => unknown) => {
      posted.push([path, body]);
      return Promise.resolve(reader({ seconds: 1800 }));
    },
  };
  return { api: api as unknown as Api, posted };
}

describe('the code of a sign-up', () => {
  it('is asked for with the address alone', async () => {
    const { api, posted } = server({ confirm_address: true });
    expect(await sendSignUpCode(api, ' Anne@Example.org')).toBe(true);
    expect(posted).toEqual([['/accounts/codes', { address: 'anne@example.org' }]]);
  });

  it.each([{}, { confirm_address: false }, { confirm_address: 'yes' }])(
    'is not asked for: %j',
    async (settings) => {
      const { api, posted } = server(settings);
      expect(await sendSignUpCode(api, 'anne@example.org')).toBe(false);
      expect(posted).toEqual([]);
    },
  );
});
