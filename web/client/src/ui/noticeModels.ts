/** View models of notices: what the server tells an account, and how it wants to be told. */
import type { Messages } from '../i18n/fr';
import type { Language } from './models';

export type NoticeKind = keyof Messages['notices']['kinds'];

export interface NoticeView {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly time: Date;
  readonly read: boolean;
  /** The professional or the share that it is about, when this device knows it. */
  readonly subject?: string | undefined;
  /** When the grant ends. */
  readonly until?: Date | undefined;
}

export interface NoticesView {
  readonly notices: readonly NoticeView[];
  readonly unread: number;
}

export interface NoticeWishes {
  readonly language: Language;
  readonly openings: 'each' | 'daily';
  readonly others: 'each' | 'daily' | 'off';
  /** In the international form; empty for none. */
  readonly phone: string;
}

export interface NoticeSettingsView {
  readonly wishes: NoticeWishes;
  /** The code that was sent to the telephone came back; before, nothing else is sent there. */
  readonly phoneConfirmed: boolean;
  /** Whether this host sends mail, and telephone messages. */
  readonly mail: boolean;
  readonly sms: boolean;
}
