/** Calls of the engine about notices: the server's hints, with the names that only this device knows. */
import { ApiError } from '../api/errors.ts';
import { readNotices, readSent, readUnread, readWishes, type NoticeAnswer } from '../api/notices.ts';
import type { GrantId, ShareId } from '../crypto/encoding.ts';
import type {
  NoticeKind,
  NoticeSettingsView,
  NoticesView,
  NoticeView,
  NoticeWishes,
} from '../ui/noticeModels';
import { latestTerm } from '../vault/ledger_state.ts';
import { detailsOf } from '../vault/shares.ts';
import type { OpenVault } from '../vault/vaults.ts';
import { Refusal } from './outcome.ts';
import { momentOf, nameOf } from './views.ts';
import type { Workplace } from './workplace.ts';

const KINDS: readonly NoticeKind[] = [
  'opening',
  'share_opening',
  'deposit',
  'renewal_request',
  'new_device',
  'kit_used',
  'key_change',
  'suspended',
  'resumed',
  'reader_suspended',
  'deletion_asked',
  'deletion_kept',
  'reader_left',
];

export function noticeCalls(place: Workplace) {
  const { api } = place.parts;
  return {
    async notices(): Promise<NoticesView> {
      const found = await api.get('/notices', readNotices);
      const vault = await ownVault(place);
      const patient = place.client.session.role === 'patient';
      return {
        notices: found.notices.map((notice) => noticeView(notice, vault, patient)),
        unread: found.unread,
      };
    },

    /** How many are unread. */
    async unread(): Promise<number> {
      return (await api.get('/notices?limit=1', readNotices)).unread;
    },

    async markRead(ids: readonly string[]): Promise<number> {
      if (ids.length === 0) return 0;
      return (await api.post('/notices/read', { notices: ids }, readUnread)).unread;
    },

    async settings(): Promise<NoticeSettingsView> {
      return settingsView(await api.get('/notice-settings', readWishes));
    },

    async keepSettings({ language, openings, others, phone }: NoticeWishes): Promise<NoticeSettingsView> {
      const body = { language, openings, others, ...(phone === '' ? {} : { phone }) };
      return settingsView(await api.put('/notice-settings', body, readWishes));
    },

    /** Has a code sent to the number of the settings. */
    async sendPhoneCode(): Promise<void> {
      await phoneRefusals(api.post('/notice-settings/phone-codes', {}, readSent));
    },

    /** The code as it was typed. */
    async confirmPhone(code: string): Promise<NoticeSettingsView> {
      return settingsView(await phoneRefusals(api.post('/notice-settings/phone', { code }, readWishes)));
    },
  };
}

/** What the server's answers mean to the person who types a code. */
async function phoneRefusals<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 'credentials') throw new Refusal('wrong_passcode');
    throw thrown instanceof Error ? thrown : new Refusal('unexpected');
  }
}

/** For names only: a vault that does not open is the business of other pages. */
async function ownVault(place: Workplace): Promise<OpenVault | undefined> {
  if (place.client.keyring.vault === undefined) return undefined;
  try {
    return await place.own();
  } catch {
    return undefined;
  }
}

function noticeView(notice: NoticeAnswer, vault: OpenVault | undefined, patient: boolean): NoticeView {
  const kind =
    notice.kind === 'grant_ending'
      ? endingOf(patient)
      : (KINDS.find((known) => known === notice.kind) ?? 'other');
  return {
    id: notice.id,
    kind,
    time: momentOf(notice.time),
    read: notice.read,
    ...(notice.until === undefined ? {} : { until: momentOf(notice.until) }),
    subject: vault === undefined ? undefined : subjectOf(notice, vault),
  };
}

function endingOf(patient: boolean): NoticeKind {
  return patient ? 'grant_ending' : 'own_grant_ending';
}

function subjectOf({ kind, subject }: NoticeAnswer, vault: OpenVault): string | undefined {
  if (kind === 'share_opening') {
    const share = vault.state.shares.get(subject as ShareId);
    return share === undefined ? undefined : detailsOf(vault, share)?.label;
  }
  const grant = vault.state.grants.get(subject as GrantId);
  const professional = grant === undefined ? undefined : latestTerm(grant).professional;
  return professional === undefined ? undefined : nameOf(vault, professional);
}

function settingsView(found: ReturnType<typeof readWishes>): NoticeSettingsView {
  const { language, openings, others, phone = '', phone_confirmed: phoneConfirmed, mail, sms } = found;
  return { wishes: { language, openings, others, phone }, phoneConfirmed, mail, sms };
}
