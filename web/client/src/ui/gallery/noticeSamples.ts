/** Notices and their settings, as pages of the gallery show them. */
import type { NoticeKind, NoticeSettingsView, NoticesView } from '../noticeModels';
import { NOW } from './samples';

const KINDS: readonly NoticeKind[] = [
  'opening',
  'deposit',
  'share_opening',
  'renewal_request',
  'grant_ending',
  'own_grant_ending',
  'new_device',
  'kit_used',
  'key_change',
  'suspended',
  'resumed',
  'reader_suspended',
  'deletion_asked',
  'deletion_kept',
  'reader_left',
  'other',
];

export const NOTICES: NoticesView = {
  notices: KINDS.map((kind, index) => ({
    id: String(index),
    kind,
    time: new Date(NOW.getTime() - index * 7_200_000),
    read: index > 2,
    ...(index === 0 ? { subject: 'Dr Paul Martin' } : {}),
    ...(kind.endsWith('grant_ending') ? { until: new Date(NOW.getTime() + 7 * 86_400_000) } : {}),
  })),
  unread: 3,
};

export const NOTICE_SETTINGS: NoticeSettingsView = {
  wishes: { language: 'fr', openings: 'each', others: 'daily', phone: '+33612345678' },
  phoneConfirmed: true,
  mail: true,
  sms: true,
};

export const UNCONFIRMED: NoticeSettingsView = { ...NOTICE_SETTINGS, phoneConfirmed: false };
