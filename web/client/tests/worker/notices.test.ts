/** Notices as pages are given them: kinds in words of the app, whatever a server sends; settings as they were typed. */
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/api/errors.ts';
import { noticeCalls } from '../../src/worker/notices.ts';
import type { Workplace } from '../../src/worker/workplace.ts';

interface Sent {
  readonly path: string;
  readonly body?: unknown;
}

type Reader = (value: unknown) => unknown;

/** A worker of somebody without a vault, whose server answers this; and what it was sent. */
function workplace(answer: unknown, role = 'professional'): { place: Workplace; sent: Sent[] } {
  const sent: Sent[] = [];
  const ask = (path: string, body: unknown, reader: Reader) => {
    sent.push({ path, body });
    return new Promise((resolve) => resolve(reader(answer)));
  };
  const api = {
    get: (path: string, reader: Reader) => ask(path, undefined, reader),
    post: ask,
    put: ask,
  };
  const place = { parts: { api }, client: { session: { role }, keyring: {} } };
  return { place: place as unknown as Workplace, sent };
}

const NOTICE = { id: 'a', kind: 'new_device', time: 1_800_000_000, read: false };
const WISHES = {
  language: 'en',
  openings: 'each',
  others: 'off',
  phone_confirmed: false,
  mail: true,
  sms: false,
};

describe('notices', () => {
  it('have kinds that the app has words for', async () => {
    const kinds = ['new_device', 'grant_ending', 'made_up', '__proto__', 'constructor'];
    const notices = kinds.map((kind) => ({ ...NOTICE, kind, until: 1_800_086_400 }));
    for (const [role, ending] of [
      ['professional', 'own_grant_ending'],
      ['patient', 'grant_ending'],
    ] as const) {
      const found = await noticeCalls(workplace({ notices, unread: 5 }, role).place).notices();
      expect(found.notices.map(({ kind }) => kind)).toEqual([
        'new_device',
        ending,
        'other',
        'other',
        'other',
      ]);
      expect(found.notices[0]?.until).toEqual(new Date(1_800_086_400_000));
      expect(found.unread).toBe(5);
    }
  });

  it.each([
    { notices: {}, unread: 0 },
    { notices: [{ ...NOTICE, time: 'now' }], unread: 0 },
    { notices: [{ ...NOTICE, kind: 'x'.repeat(100) }], unread: 0 },
    { notices: [], unread: -1 },
    { notices: Array.from({ length: 300 }, () => NOTICE), unread: 0 },
  ])('are refused off their form', async (answer) => {
    await expect(noticeCalls(workplace(answer).place).notices()).rejects.toMatchObject({ code: 'malformed' });
  });

  it('are marked only if there are any', async () => {
    const { place, sent } = workplace({ unread: 2 });
    expect(await noticeCalls(place).markRead([])).toBe(0);
    expect(sent).toEqual([]);
    expect(await noticeCalls(place).markRead(['a'])).toBe(2);
    expect(sent).toEqual([{ path: '/notices/read', body: { notices: ['a'] } }]);
  });
});

describe('settings', () => {
  it('leave an empty number out', async () => {
    const { place, sent } = workplace(WISHES);
    const { wishes, mail, sms } = await noticeCalls(place).settings();
    expect([wishes.phone, mail, sms]).toEqual(['', true, false]);
    await noticeCalls(place).keepSettings(wishes);
    await noticeCalls(place).keepSettings({ ...wishes, phone: '+33612345678' });
    expect(sent.slice(1).map(({ body }) => body)).toEqual([
      { language: 'en', openings: 'each', others: 'off' },
      { language: 'en', openings: 'each', others: 'off', phone: '+33612345678' },
    ]);
  });

  it('confirm a number by the code that was sent there', async () => {
    const { place, sent } = workplace({ ...WISHES, phone: '+33612345678', phone_confirmed: true });
    expect((await noticeCalls(place).confirmPhone('123456')).phoneConfirmed).toBe(true);
    expect(sent).toEqual([{ path: '/notice-settings/phone', body: { code: '123456' } }]);
    const refusing = (thrown: Error) => {
      const post = () => Promise.reject(thrown);
      return noticeCalls({ parts: { api: { post } } } as unknown as Workplace);
    };
    const wrong = refusing(new ApiError('credentials', 401, { remainingAttempts: 3 }));
    await expect(wrong.confirmPhone('123456')).rejects.toMatchObject({ code: 'wrong_passcode' });
    const over = refusing(new ApiError('ended', 403));
    await expect(over.confirmPhone('123456')).rejects.toMatchObject({ code: 'ended' });
    await expect(over.sendPhoneCode()).rejects.toMatchObject({ code: 'ended' });
  });
});
