/**
 * Kinds of statements by which people end their own account, or keep it after all (chapters 5 and 12); in no chain.
 *
 * Knows neither signatures nor what is deleted.
 */
import { normaliseAddress, type AccountId } from './encoding.ts';
import { bytes, checkedText, id, oneOf, record, type Of } from './shapes.ts';
import { ascii, hash, keyIdShape, time } from './statement_grammar.ts';

/** The wish that an account be deleted, by the login key that its password gives: an open session is not enough for it. */
export const accountDeletionShape = record({
  account: id<AccountId>(),
  address: checkedText(normaliseAddress),
  challenge: bytes(32),
  kind: oneOf('account_deletion'),
  origin: ascii(300),
  time,
});
export type AccountDeletion = Of<typeof accountDeletionShape>;

/** The wish taken back. `deletion` is the hash of the statement that it answers. */
export const accountKeepingShape = record({
  account: id<AccountId>(),
  author: keyIdShape,
  deletion: hash,
  kind: oneOf('account_keeping'),
  time,
});
export type AccountKeeping = Of<typeof accountKeepingShape>;
