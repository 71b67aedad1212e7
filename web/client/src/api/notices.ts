/** What the server answers about notices and their settings. Hints only: what happened stands, signed, in the journal. */
import { integer, oneOf, optional } from '../crypto/shapes.ts';
import { answer, many, read, string } from './answers.ts';

const boolean = read((value) => value === true);

const readNotice = answer({
  id: string(32),
  kind: string(32),
  time: integer(),
  read: boolean,
  vault: optional(string(32)),
  subject: optional(string(32)),
  until: optional(integer()),
});
export type NoticeAnswer = ReturnType<typeof readNotice>;

export const readNotices = answer({ notices: many(readNotice, 200), unread: integer() });
export const readUnread = answer({ unread: integer() });

export const readSent = answer({ seconds: integer() });

export const readWishes = answer({
  language: oneOf('fr', 'en'),
  openings: oneOf('each', 'daily'),
  others: oneOf('each', 'daily', 'off'),
  phone: optional(string(16)),
  phone_confirmed: boolean,
  mail: boolean,
  sms: boolean,
});
